using MixPrec.Compiler.Exclusion;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Planning;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Rewrites.Caches;
using MixPrec.Diagnostics;
using MixPrec.Plan;

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
            return Build(options, model, createWeights, progress, cancellation);
        }
        catch (MixPrecException failure)
        {
            failure.ModelFiles = model.Files;
            throw;
        }
    }

    private static CompilationResult Build(CompilerOptions options, ImportedModel model, Func<Stream> createWeights,
        IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var graph = GraphRewrites.Apply(model.Graph);
        _ = options.State.PortsOf(graph, options.Model);
        var cached = options.State.ToString().Length == 0 || options.Cache.IsNone
            ? CachedGraph.Create(options.Cache, graph, options.Model, options.Dimensions, options.Constants)
            : throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, options.Model, "Cache", options.Cache, "no State besides");
        if (options.Mode == BuildMode.Skip)
        {
            return Unmeasured(options, createWeights, model, graph, cached, PrecisionAssignment.AllFloat,
                [Diagnostic.Create(DiagnosticCatalog.Skipped, options.Model, options.ClassName)]);
        }

        var rules = LayerRules.Create(options, graph, Candidates.FromModel);
        if (graph.QuantizableNodes.All(n => rules.Allowed(n) is [var only] && only == PrecisionConfig.F32))
        {
            return Unmeasured(options, createWeights, model, graph, cached, PrecisionAssignment.AllFloat, []);
        }

        var subject = LockSubject.FromOptions(options, model);
        var lockFile = LockFile.ReadIfExists(options.LockFile);
        if (options.CalibrationData is null && lockFile.For(subject) is null && DecidedByModel(rules, graph) is { } own)
        {
            return Unmeasured(options, createWeights, model, graph, cached, own, []);
        }

        var usable = LockPolicy.Decide(options, lockFile, subject, graph);
        if (usable.Plan is { } locked)
        {
            progress.Report(new(50, "lowering the locked plan"));
            return FromLock(options, createWeights, model, graph, cached, locked, lockFile, [], [options.LockFile]);
        }

        usable.RequireData(options, graph);
        TargetMachine.Require(options);
        LockFile.At(options.LockFile).Require();
        using var turn = PlanningTurn.Wait(options.LockFile, subject.Key, progress, cancellation);
        if (turn.HadToWait && LockFile.ReadIfExists(options.LockFile) is var written && written.Differences(subject, graph).Count == 0)
        {
            return FromLock(options, createWeights, model, graph, cached, written.For(subject)!, written, [], [options.LockFile]);
        }

        var planned = new Planner(options, graph, rules, subject, progress, cancellation).Plan();
        var files = planned.Files.ToArray();
        if (planned.Failure is { } failure)
        {
            return new CompilationResult(null, planned.Report with { Failure = new ReportFailure(failure.Description.Id, failure.Text) },
                [.. planned.Warnings, failure], [.. model.Files, .. files], planned.Lock);
        }

        var result = FromLock(options, createWeights, model, graph, cached, planned.Lock, lockFile, planned.Warnings,
            [.. files, options.LockFile]);
        if (result.Plan is null)
        {
            return result with { Report = planned.Report with { Failure = result.Report.Failure } };
        }

        LockFile.Put(options.LockFile, planned.Lock, cancellation);
        return result with { Report = Reports.Explained(planned.Report, result.Plan, graph) with { OtherPlans = result.Report.OtherPlans },
            Diagnostics = [.. usable.Warnings, .. result.Diagnostics] };
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

    /// <summary>
    /// Weights and plan depend on model, options and lock file only: a build that plans and one that finds the lock file end here alike.
    /// </summary>
    private static CompilationResult FromLock(
        CompilerOptions options, Func<Stream> createWeights, ImportedModel model, Graph graph, CachedGraph? cached, LockedPlan locked,
            LockFile lockFile,
        IReadOnlyList<Diagnostic> diagnostics, IReadOnlyList<string> files)
    {
        using var weights = createWeights();
        var plan = Lowerer.Lower(cached?.Graph ?? graph, locked.Assignment, locked.Ranges, Lowering(options, graph, cached), weights)
            with { Info = LockedInfo.FromPlan(locked, options.ErrorBudget) };
        return Limited(options, new CompilationResult(plan,
            Reports.Explained(Reports.FromLock(options, locked, lockFile, graph), plan, graph),
            diagnostics, [.. model.Files, .. files], locked));
    }

    /// <summary>Nothing is left to choose: no samples are needed, and no lock file.</summary>
    private static CompilationResult Unmeasured(
        CompilerOptions options, Func<Stream> createWeights, ImportedModel model, Graph graph, CachedGraph? cached,
            PrecisionAssignment precisions, IReadOnlyList<Diagnostic> diagnostics)
    {
        using var weights = createWeights();
        var plan = Lowerer.Lower(cached?.Graph ?? graph, precisions, RangeTable.Empty, Lowering(options, graph, cached), weights)
            with { Info = LockedInfo.Unmeasured(graph, precisions, options.ErrorBudget) };
        return Limited(options, new CompilationResult(plan, Reports.Explained(Reports.Unmeasured(options, graph, precisions), plan, graph),
            diagnostics, model.Files, null));
    }

    /// <summary>
    /// The last gate, which only the weights as they are written can pass. Like a plan that misses another one, one that misses it is kept
    /// beside the report.
    /// </summary>
    private static CompilationResult Limited(CompilerOptions options, CompilationResult result) =>
        WeightLimit.Missed(options, result.Plan!) is { } missed
        ? result with { Plan = null, Report = result.Report with { Failure = new ReportFailure(missed.Description.Id, missed.Text) },
            Diagnostics = [.. result.Diagnostics, missed] } : result;

    /// <summary>
    /// The precisions of an already quantized model when they, layers that can only be fp32 and products of activations, which stay as the
    /// model has them, are all
    /// there is; otherwise null.
    /// </summary>
    private static PrecisionAssignment? DecidedByModel(LayerRules rules, Graph graph)
    {
        var choices = graph.QuantizableNodes.ToDictionary(n => n.Name, n =>
            n.MultipliesActivations() && rules.Allowed(n)[0] == PrecisionConfig.F32 ? PrecisionConfig.F32
            : rules.Allowed(n).Where(Candidates.ForNode(n).Contains).ToArray() is [var only]
            && (only == PrecisionConfig.F32 || only == Candidates.FromModel(n)) ? only : null);
        return choices.Values.All(c => c is not null) ? new(choices.ToDictionary(c => c.Key, c => c.Value!)) : null;
    }

    private static LoweringOptions Lowering(CompilerOptions options, Graph graph, CachedGraph? cached) =>
        new(options.ClassName, options.Namespace, options.Access,
            options.WeightsMode) { States = options.State.PortsOf(graph, options.Model), Cache = cached?.Cache,
            CheckFinite = options.CheckFinite };
}
