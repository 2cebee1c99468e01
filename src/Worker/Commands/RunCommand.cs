using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
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
using MixPrec.Worker.Jobs;

namespace MixPrec.Worker.Commands;

/// <summary>Executes a model with the code that a build would generate, every layer in one precision, on inputs from files.</summary>
internal sealed class RunCommand : WorkerCommand
{
    private const int ShownElements = 8;
    private const int CalibrationBatch = 64;
    private const string PrecisionOption = "--precision";
    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private readonly Argument<string> modelFile;
    private readonly Option<string> inputFiles;
    private readonly Option<string> outputFolder;
    private readonly Option<string> precisionName;
    private readonly Option<string> calibrationData;
    private readonly BindingOptions bindings;
    private readonly Option<bool> json;

    public RunCommand()
        : base(
            "run", "execute a model on inputs from files, in any precision",
            "mixprec run digits.onnx --inputs test_data_set_0 --precision i8")
    {
        modelFile = AddArgument("MODEL", "the ONNX file");
        inputFiles = AddOption<string>("--inputs", "PATH",
            "an .npz file whose keys are input names, or a folder with input_0.pb, input_1.pb …");
        inputFiles.Required = true;
        outputFolder = AddOption<string>("--output", "DIR", "write output_0.pb, output_1.pb … there");
        precisionName = AddOption<string>(PrecisionOption, "NAME", $"one of {Precisions} [f32]");
        calibrationData = AddOption<string>("--calibration-data", "PATH",
            "samples for the ranges of integer precisions [the inputs themselves]");
        bindings = new(this);
        json = AddFlag("--json", "one JSON object");
    }

    private static string Precisions => string.Join(", ", PrecisionConfig.All.Select(precision => precision.Id));

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        using var files = arguments.GetValue(outputFolder) is { } folder ? ResultFiles.In(Path.GetFullPath(folder), "output_",
            () => output.Error.WriteLine($"mixprec: waiting for another command that writes to {folder}"), cancellation) : null;

        string inputsPath = Path.GetFullPath(arguments.GetValue(inputFiles)!);
        string path = Path.GetFullPath(arguments.GetValue(modelFile)!);
        var constants = bindings.Constants(arguments);
        var imported = OnnxModelReader.Read(path, bindings.Dimensions(arguments), constants).Graph;
        IReadOnlyList<string> names = constants.IsNone ? [.. imported.Inputs.Select(i => i.Name)] : OnnxModelReader.InputNames(path);
        var inputs = InputReader.Read(inputsPath, imported, names);
        var graph = GraphRewrites.Apply(imported);
        var precision = PrecisionOf(arguments.GetValue(precisionName) ?? PrecisionConfig.F32.Id);
        var samples = arguments.GetValue(calibrationData);
        if (samples is not null && !precision.NeedsRange)
        {
            throw new UsageException($"{calibrationData.Name} is for precisions with activations in bytes, and {precision} has none.");
        }

        var ranges = !precision.NeedsRange ? RangeTable.Empty
            : RangesOf(graph, samples is null ? [inputs] : SamplesOf(graph, Path.GetFullPath(samples), new(names, constants.Names, [])));
        using var model = CompiledModel.Compile(Lowerer.Lower(graph, Candidates.AsFarAsOffered(graph, precision), ranges,
            new LoweringOptions("ExecutedModel")));
        cancellation.ThrowIfCancellationRequested();
        var results = model.Run(inputs);
        var outputs = imported.Outputs.Zip(results, (port, value) => (port.Name, Value: value)).ToArray();
        output.Write(arguments.GetValue(json), () => JsonOf(outputs), () => string.Concat(outputs.Select(TextOf)));
        for (int i = 0; i < outputs.Length && files is not null; i++)
        {
            using var file = files.Create($"{i}.pb");
            TensorWriter.Write(file, outputs[i].Name, outputs[i].Value);
        }

        files?.Publish();
        return WorkerExitCode.Done;
    }

    private static string TextOf((string Name, Tensor Value) output) =>
        $"{PrintableName.Format(output.Name)}: {output.Value.Type} [{string.Join(", ", output.Value.Shape)}] {Beginning(output.Value)}\n";

    /// <summary>JSON has no numbers that are not finite: they are the strings NaN, Infinity and -Infinity.</summary>
    private static string JsonOf(IReadOnlyList<(string Name, Tensor Value)> outputs) => JsonSerializer.Serialize(new
    {
        outputs = outputs.Select(output => new
        {
            name = output.Name,
            type = output.Value.Type.ToString(),
            shape = output.Value.Shape,
            values = Elements(output.Value),
        }),
    }, s_json) + "\n";

    private static RangeTable RangesOf(Graph graph, IEnumerable<IReadOnlyList<Tensor>> runs) =>
        RangeCalibration.Collect(ActivationRanges.MinMax, new TorchExecutor(graph), graph, runs);

    private static IEnumerable<IReadOnlyList<Tensor>> SamplesOf(Graph graph, string path, DataInputs wanted) =>
        Batch.Split(graph, SampleSetReader.Read(path, graph, null, wanted), CalibrationBatch).Select(batch => batch.Inputs);

    private static PrecisionConfig PrecisionOf(string id) => PrecisionConfig.Find(id)
        ?? throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, PrecisionOption, id, "one of " + Precisions);

    private static IEnumerable<object> Elements(Tensor tensor) =>
        Enumerable.Range(0, (int)tensor.Length).Select(i => TensorElements.At(tensor, i));

    private static string Beginning(Tensor tensor) =>
        string.Join(" ", Elements(tensor).Take(ShownElements).Select(Text)) + (tensor.Length > ShownElements ? " …" : "");

    private static string Text(object element) => element switch
    {
        float or double => ((IFormattable)element).ToString("G6", CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(element, CultureInfo.InvariantCulture)!,
    };
}
