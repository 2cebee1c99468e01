using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MixPrec.Compiler;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Timing;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Plan;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;

namespace MixPrec.Worker.Commands;

/// <summary>Times a model with the code that a build would generate, every layer in one precision: as a whole and step by step.</summary>
internal sealed class BenchCommand : WorkerCommand
{
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(2);

    private readonly Argument<string> modelFile;
    private readonly Option<string> precisionName;
    private readonly Option<string> inputFiles;
    private readonly Option<int?> threadCount;
    private readonly Option<bool> layers;
    private readonly Option<bool> json;
    private readonly BindingOptions bindings;

    public BenchCommand()
        : base("bench", "time a model on this machine, in any precision", "mixprec bench digits.onnx --layers --precision i8")
    {
        modelFile = AddArgument("MODEL", "the ONNX file");
        precisionName = AddOption<string>("--precision", "NAME", $"one of {Precisions} [{PrecisionConfig.F32}]");
        inputFiles = AddOption<string>("--inputs", "PATH",
            "an .npz file whose keys are input names, or a folder with input_0.pb, input_1.pb … [made-up numbers, dimensions 1]");
        threadCount = AddOption<int?>("--threads", "COUNT", "threads of a run, at most as many as there are processors [1]");
        layers = AddFlag("--layers", "also each step: time, speed, share of what the machine can do at most");
        json = AddFlag("--json", "one JSON object");
        bindings = new(this);
    }

    private static string Precisions => string.Join(", ", PrecisionConfig.All.Select(p => p.Id));

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        string id = arguments.GetValue(precisionName) ?? PrecisionConfig.F32.Id;
        var precision = PrecisionConfig.Find(id)
            ?? throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, precisionName.Name, id, "one of " + Precisions);
        int threads = arguments.GetValue(threadCount) ?? 1;
        if (threads is < 1 or > ModelMetadata.MostThreads)
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, threadCount.Name,
                threads.ToString(CultureInfo.InvariantCulture), $"a whole number from 1 to {ModelMetadata.MostThreads}");
        }

        // A run has no more than these.
        threads = Math.Min(threads, Environment.ProcessorCount);

        string path = Path.GetFullPath(arguments.GetValue(modelFile)!);
        var constants = bindings.Constants(arguments);
        var imported = OnnxModelReader.Read(path, bindings.Dimensions(arguments), constants).Graph;
        var inputs = InputsOf(arguments, path, imported, constants);
        var graph = GraphRewrites.Apply(imported);
        var ranges = precision.NeedsRange
            ? RangeCalibration.Collect(ActivationRanges.MinMax, new TorchExecutor(graph), graph, [inputs]) : RangeTable.Empty;
        var assignment = Candidates.AsFarAsOffered(graph, precision);
        LoweredModel Lowered() => Lowerer.Lower(graph, assignment, ranges, new LoweringOptions("TimedModel") { Threads = threads });
        bool asksLayers = arguments.GetValue(layers), asksJson = arguments.GetValue(json);
        if (!asksLayers)
        {
            using var model = CompiledModel.Compile(Lowered());
            using var run = model.Prepare(inputs);
            var whole = Stopwatches.Measure([new TimedRun(run.Invoke)], StopClocks.System, new RoundLimits(s_usual), cancellation)[0];
            output.Write(asksJson, () => JsonOf(precision, threads, graph, assignment, whole, null),
                () => TextOf(precision, threads, graph, assignment, whole));
            return WorkerExitCode.Done;
        }

        var profile = StepProfile.Measure(Lowered(), Lowered(), inputs, s_usual, cancellation);
        var symbols = TorchExecutor.SymbolsOf(graph, inputs);
        var roofs = new MachineRoofs(threads);
        var steps = ProfiledStep.Of(profile.Plan, profile.Steps, graph, symbols, roofs);
        output.Write(asksJson, () => JsonOf(precision, threads, graph, assignment, profile.Whole, (steps, roofs)),
            () => ProfileTable.Text(steps, output) + "\n" + TextOf(precision, threads, graph, assignment, profile.Whole)
                + RoofOf(steps, profile.Whole) + $"roofs: {roofs.Words}\n");
        return WorkerExitCode.Done;
    }

    private IReadOnlyList<Tensor> InputsOf(ParseResult arguments, string path, Graph imported, ConstantBindings constants)
    {
        if (arguments.GetValue(inputFiles) is { } given)
        {
            IReadOnlyList<string> names = constants.IsNone ? [.. imported.Inputs.Select(i => i.Name)] : OnnxModelReader.InputNames(path);
            return InputReader.Read(Path.GetFullPath(given), imported, names);
        }

        return SyntheticInputs.For(imported, imported.Symbols.ToDictionary(s => s.Identifier, _ => 1L));
    }

    private static string TextOf(PrecisionConfig precision, int threads, Graph graph, PrecisionAssignment assignment, Measurement whole) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Machine.Description}, {(threads == 1 ? "one thread" : Counted.Format(threads, "thread"))}\n"
            + $"{precision}: {whole.Nanoseconds / 1000:F1} µs ± {whole.Uncertainty / 1000:F1}, {Taken(graph, assignment)}\n");

    /// <summary>No kernel that does all these multiplications is faster; convolutions in fewer of them can be.</summary>
    private static string RoofOf(IReadOnlyList<ProfiledStep> steps, Measurement whole)
    {
        double roof = steps.Sum(step => step.RoofNanoseconds);
        return string.Create(CultureInfo.InvariantCulture,
            $"all multiplications at their roofs: {roof / 1000:F1} µs, {roof / whole.Nanoseconds * 100:F0} % of that\n");
    }

    private static string Taken(Graph graph, PrecisionAssignment assignment) =>
        $"{assignment.Choices.Count()} of {Counted.Format(graph.QuantizableNodes.Count(), "layer")} not in fp32";

    private static string JsonOf(PrecisionConfig precision, int threads, Graph graph, PrecisionAssignment assignment,
        Measurement whole,
        (IReadOnlyList<ProfiledStep> Steps, MachineRoofs Roofs)? profile) => JsonSerializer.Serialize(new
    {
        machine = Machine.Description,
        threads,
        precision = precision.Id,
        layersNotInFp32 = assignment.Choices.Count(),
        layers = graph.QuantizableNodes.Count(),
        microseconds = whole.Nanoseconds / 1000,
        uncertainty = whole.Uncertainty / 1000,
        roofMicroseconds = profile?.Steps.Sum(step => step.RoofNanoseconds) / 1000,
        roofs = profile is not { } known ? null : new
        {
            float32 = known.Roofs.Float32, bytes = known.Roofs.Bytes, sevenBits = known.Roofs.SevenBits, blocks = known.Roofs.Blocks,
        },
        steps = profile is { } timed ? ProfileTable.Json(timed.Steps) : null,
    }) + "\n";
}
