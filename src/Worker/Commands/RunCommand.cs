using System.Globalization;
using MixPrec.Compiler;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Plan;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;

namespace MixPrec.Worker.Commands;

/// <summary>Executes a model with the code that a build would generate, every layer in one precision, on inputs from files.</summary>
internal sealed class RunCommand : Command
{
    private const int ShownElements = 8;
    private const int CalibrationBatch = 64;
    private static readonly CommandOption Inputs = new("--inputs", "PATH", "an .npz file whose keys are input names, or a folder with input_0.pb, input_1.pb …");
    private static readonly CommandOption Output = new("--output", "DIR", "write output_0.pb, output_1.pb … there");
    private static readonly CommandOption Precision = new("--precision", "NAME", "one of " + string.Join(", ", PrecisionConfig.All.Select(precision => precision.Id)) + "; f32 unless given");
    private static readonly CommandOption Calibration = new("--calibration-data", "PATH", "samples for the ranges of integer precisions; the inputs themselves unless given");
    private static readonly CommandOption Dimensions = new("--dimensions", "NAMES", "sizes of symbolic dimensions, such as batch=1;sequence=128");
    private static readonly CommandOption Constants = new("--constants", "NUMBERS", "inputs that become constants, such as sr=16000");

    public override string Name => "run";

    public override string Summary => "execute a model on inputs from files, in any precision";

    public override string Positional => "MODEL --inputs PATH";

    public override IReadOnlyList<CommandOption> Options => [Inputs, Output, Precision, Calibration, Dimensions, Constants];

    public override int Run(ParsedArguments arguments, CommandOutput output, CancellationToken cancellation)
    {
        string inputsPath = Path.GetFullPath(arguments[Inputs.Name] ?? throw new UsageException("--inputs is missing."));
        string path = arguments.SinglePath("MODEL");
        var constants = ConstantBindings.Parse(arguments[Constants.Name]);
        var imported = OnnxModelReader.Read(path, DimensionBindings.Parse(arguments[Dimensions.Name]), constants).Graph;
        IReadOnlyList<string> names = constants.IsNone ? [.. imported.Inputs.Select(i => i.Name)] : OnnxModelReader.InputNames(path);
        var inputs = InputReader.Read(inputsPath, imported, names);
        var graph = GraphRewrites.Apply(imported);
        var precision = PrecisionOf(arguments[Precision.Name] ?? PrecisionConfig.F32.Id);
        var ranges = !precision.QuantizesActivations ? RangeTable.Empty
            : RangesOf(graph, arguments[Calibration.Name] is { } samples ? SamplesOf(graph, Path.GetFullPath(samples), new(names, constants.Names, [])) : [inputs]);
        using var model = CompiledModel.Compile(Lowerer.Lower(graph, AsFarAsOffered(graph, precision), ranges, new LoweringOptions("ExecutedModel")));
        cancellation.ThrowIfCancellationRequested();
        var results = model.Run(inputs);
        for (int i = 0; i < results.Count; i++)
        {
            output.Out.WriteLine($"{PrintableName.Of(imported.Outputs[i].Name)}: {results[i].Type} [{string.Join(", ", results[i].Shape)}] {Beginning(results[i])}");
            if (arguments[Output.Name] is { } directory)
            {
                TensorWriter.Write(Path.Combine(Directory.CreateDirectory(directory).FullName, $"output_{i}.pb"), imported.Outputs[i].Name, results[i]);
            }
        }

        return WorkerExitCode.Done;
    }

    private static RangeTable RangesOf(Graph graph, IEnumerable<IReadOnlyList<Tensor>> runs) => RangeCalibration.Collect(ActivationRanges.MinMax, new TorchExecutor(graph), graph, runs);

    private static IEnumerable<IReadOnlyList<Tensor>> SamplesOf(Graph graph, string path, DataInputs wanted) =>
        Feed.Of(graph, SampleSetReader.Read(path, graph, null, wanted), CalibrationBatch).Select(feed => feed.Inputs);

    /// <summary>Layers without a kernel for it stay in fp32.</summary>
    private static PrecisionAssignment AsFarAsOffered(Graph graph, PrecisionConfig precision) =>
        new(graph.QuantizableNodes.Where(n => Candidates.Of(n).Contains(precision)).ToDictionary(n => n.Name, _ => precision));

    private static PrecisionConfig PrecisionOf(string id) => PrecisionConfig.Find(id)
        ?? throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, Precision.Name, id, "one of " + string.Join(", ", PrecisionConfig.All.Select(precision => precision.Id)));

    private static string Beginning(Tensor tensor) => tensor.Type == ElementType.F32
        ? string.Join(" ", tensor.Span<float>()[..Math.Min(ShownElements, (int)tensor.Length)].ToArray().Select(x => x.ToString("G6", CultureInfo.InvariantCulture))) + (tensor.Length > ShownElements ? " …" : "")
        : "";
}
