using MixPrec.Compiler.Exclusion;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Planning;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Rewrites;

namespace MixPrec.Compiler;

/// <summary>From a model file to plan and weights: the table of contents of the compiler.</summary>
internal static class ModelCompiler
{
    /// <param name="createWeights">Called once, when there is a plan: the weights file, to be written to an empty, seekable stream.</param>
    /// <exception cref="MixPrecException">The model, the data or the options are at fault.</exception>
    /// <exception cref="OperationCanceledException">The build was cancelled.</exception>
    public static CompilationResult Build(CompilerOptions options, Func<Stream> createWeights, IProgress<BuildProgress> progress,
        CancellationToken cancellation)
    {
        progress.Report(new(1, "reading the model"));
        var model = OnnxModelReader.Read(options.Model, options.Dimensions, options.Constants);
        try
        {
            var network = Network.Rewrite(options, model);
            var output = new BuildOutput(network, createWeights);
            return BuildRoute.Choose(network) switch
            {
                BuildRoute.Fixed route => output.Lower(route),
                BuildRoute.Locked route => Lower(output, route, progress),
                BuildRoute.Planned route => Plan(network, route, output, progress, cancellation),
                var route => throw new InvalidOperationException($"{route} is no route"),
            };
        }
        catch (MixPrecException failure)
        {
            failure.ModelFiles = model.Files;
            throw;
        }
    }

    /// <summary>Everything that a build finds out about a model without samples: the same stages, with every layer in fp32.</summary>
    /// <exception cref="MixPrecException">What a build would say.</exception>
    public static InspectedModel Inspect(string path, DimensionBindings dimensions, ConstantBindings constants)
    {
        var model = OnnxModelReader.Read(path, dimensions, constants);
        var graph = GraphRewrites.Apply(model.Graph);
        var plan = Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("Model", WeightsMode: "File"),
            Stream.Null);
        return new InspectedModel(model, graph, plan);
    }

    /// <summary>Times everything that a plan of the model may be made of.</summary>
    /// <exception cref="MixPrecException">The model, the data or the options are at fault.</exception>
    public static Profile Profile(CompilerOptions options, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        progress.Report(new(1, "reading the model"));
        TargetMachine.Require(options);
        var network = Network.Rewrite(options, OnnxModelReader.Read(options.Model, options.Dimensions, options.Constants));
        return new Profiler(options, network.Graph, progress, cancellation).Run();
    }

    /// <summary>The report of a build from a lock file, with the times that its steps take on this machine.</summary>
    /// <param name="samplesFile">Samples to time with; null for made-up numbers, open dimensions 1.</param>
    /// <exception cref="MixPrecException">What a build would say of the model or of the samples.</exception>
    public static BuildReport Timed(CompilerOptions options, CompilationResult result, string? samplesFile,
        IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var network = Network.Rewrite(options, OnnxModelReader.Read(options.Model, options.Dimensions, options.Constants));
        var samples = samplesFile is null ? PlanningSamples.MadeUp(network.Graph)
            : PlanningSamples.Read(options with { CalibrationData = samplesFile }, network.Graph);
        return LockedSteps.Measure(options, network.Graph, result.Lock!, samples, progress, cancellation).On(result.Report, []);
    }

    /// <summary>One build at a time makes a plan; whoever waited for it takes what the other has written.</summary>
    private static CompilationResult Plan(Network network, BuildRoute.Planned route, BuildOutput output, IProgress<BuildProgress> progress,
        CancellationToken cancellation)
    {
        string lockFile = network.Options.LockFile;
        using var turn = PlanningTurn.Wait(lockFile, route.Subject.Key, progress, cancellation);
        if (turn.HadToWait && LockFile.ReadIfExists(lockFile) is var file && file.Differences(route.Subject, network.Graph).Count == 0)
        {
            return output.Lower(new BuildRoute.Locked(file.For(route.Subject)!, file));
        }

        var decisions = Decide(network, route, progress, cancellation);
        progress.Report(PlanningStage.Lowering.Begun());
        return output.Lower(decisions, route, cancellation);
    }

    /// <summary>The stages in the order in which they run; each result is a record that the next ones read.</summary>
    private static PlannedDecisions Decide(Network network, BuildRoute.Planned route, IProgress<BuildProgress> progress,
        CancellationToken cancellation)
    {
        using var planner = new Planner(network.Options, network.Graph, network.Cached?.Graph, route.Rules, progress, cancellation);
        var samples = planner.Read();
        var calibration = planner.Reduce(planner.Equalize(planner.Calibrate(samples)));
        var sensitivity = planner.Estimate(calibration);
        var parts = planner.Partition(calibration, sensitivity);
        var times = planner.Time(parts, calibration, sensitivity);
        var problem = planner.Assemble(parts, times, sensitivity);
        var verified = planner.SelectAndVerify(problem, calibration);
        var curve = planner.Trace(problem, calibration, parts, times, sensitivity);
        var errors = planner.Isolate(calibration, parts, verified);
        var steps = planner.Profile(calibration, verified);
        var decisions = planner.Conclude(route.Subject, calibration, sensitivity, parts, times, problem, verified);
        return decisions with { Report = errors.On(steps.On(decisions.Report, parts.Subgraphs)) with { Curve = curve } };
    }

    private static CompilationResult Lower(BuildOutput output, BuildRoute.Locked route, IProgress<BuildProgress> progress)
    {
        progress.Report(new(50, "lowering the locked plan"));
        return output.Lower(route);
    }
}
