using System.CommandLine;
using System.Text.Json;
using MixPrec.Compiler;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Export;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Display;

namespace MixPrec.Worker.Commands;

/// <summary>Writes a model with the quantization of i8, or of a plan, for ONNX Runtime and others that read the QDQ form.</summary>
internal sealed class ExportCommand : WorkerCommand
{
    private readonly Argument<string> modelFile;
    private readonly Option<string> calibrationData;
    private readonly Option<string> qdq;
    private readonly Option<string> precision;
    private readonly Option<string> plan;
    private readonly Option<string> planKey;
    private readonly Option<bool> json;
    private readonly BindingOptions bindings;

    public ExportCommand()
        : base(
            "export", "write a model with QuantizeLinear and DequantizeLinear, for ONNX Runtime",
            "mixprec export digits.onnx --calibration-data train.npz --qdq digits.qdq.onnx")
    {
        modelFile = AddArgument("MODEL", "the ONNX file");
        calibrationData = AddOption<string>("--calibration-data", "PATH", "samples for the ranges of activations");
        calibrationData.Required = true;
        qdq = AddOption<string>("--qdq", "FILE", "the ONNX file to write");
        qdq.Required = true;
        precision = AddOption<string>("--precision", "NAME", $"{PrecisionConfig.I8}, every layer in bytes [{PrecisionConfig.I8}]");
        plan = AddOption<string>("--plan", "FILE", "a lock file: layers that its plan quantizes, with its ranges");
        planKey = AddOption<string>("--plan-key", "KEY", "which plan, where the lock file has several for the model");
        json = AddFlag("--json", "one JSON object");
        bindings = new(this);
    }

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        string path = Path.GetFullPath(arguments.GetValue(modelFile)!), target = Path.GetFullPath(arguments.GetValue(qdq)!);
        RequireForm(arguments);
        if (string.Equals(path, target, StringComparison.Ordinal))
        {
            throw new UsageException("the exported model would replace the model itself; name another file.");
        }

        var constants = bindings.Constants(arguments);
        var imported = OnnxModelReader.Read(path, bindings.Dimensions(arguments), constants).Graph;
        var graph = QdqExport.Prepare(imported);
        var locked = arguments.GetValue(plan) is { } lockFile
            ? PlanOf(Path.GetFullPath(lockFile), arguments.GetValue(planKey), path, graph) : null;
        ExportedFile.Require(target);
        IReadOnlyList<string> names = constants.IsNone ? [.. imported.Inputs.Select(i => i.Name)] : OnnxModelReader.InputNames(path);
        var samples = SampleSetReader.Read(Path.GetFullPath(arguments.GetValue(calibrationData)!), graph, null,
            new DataInputs(names, constants.Names, []));
        var planned = locked is null ? null : ExportedPlan.Create(graph, GraphRewrites.Apply(imported), locked);
        var exported = new QdqExport(path, planned?.Graph ?? graph, samples, planned?.Ranges)
            .Export(node => locked is null || locked.Assignment[node].IsOfBytes, cancellation);
        ExportedFile.Write(target, exported.Proto);
        string[] unscaled = [.. (planned?.Left ?? []).Intersect(exported.Layers)];
        var other = (locked?.Layers ?? []).Where(l => l.Precision != PrecisionConfig.F32 && !l.Precision.IsOfBytes).ToArray();
        output.Write(arguments.GetValue(json), () => JsonSerializer.Serialize(new
        {
            written = target, layersInBytes = exported.Layers, layersInFloat32 = exported.Left, notScaledAsPlanned = unscaled,
            precisionsWithoutForm = other.ToDictionary(l => l.Name, l => l.Precision.Id),
        }) + "\n", () => $"{target}: {Counted.Format(exported.Layers.Count, "layer")} in bytes"
            + (exported.Left.Count == 0 ? "" : $"; in fp32 {string.Join(", ", exported.Left.Select(PrintableName.Format))}") + "\n"
            + string.Concat(other.GroupBy(l => l.Precision).Select(g =>
                $"{g.Key}, which the form cannot hold, is fp32 in {string.Join(", ", g.Select(l => PrintableName.Format(l.Name)))}\n"))
            + (unscaled.Length == 0 ? "" : $"the plan scales or shifts channels as this model cannot; "
                + $"ranges of the samples for {string.Join(", ", unscaled.Select(PrintableName.Format))}\n"));
        return WorkerExitCode.Done;
    }

    private void RequireForm(ParseResult arguments)
    {
        string? name = arguments.GetValue(precision);
        if (name is not null && PrecisionConfig.Find(name) != PrecisionConfig.I8)
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, precision.Name, name,
                $"{PrecisionConfig.I8}: the form has unsigned bytes with 8 bits and no other precision");
        }

        if (name is not null && arguments.GetValue(plan) is not null)
        {
            throw new UsageException("--precision and --plan exclude each other.");
        }

        if (arguments.GetValue(planKey) is not null && arguments.GetValue(plan) is null)
        {
            throw new UsageException("--plan-key needs --plan.");
        }
    }

    /// <summary>The plan for the model's file and layers: options do not matter here, for nothing is decided anew.</summary>
    private static LockedPlan PlanOf(string lockFile, string? key, string model, Graph graph)
    {
        InputPath.RequireFile("The lock file", lockFile, null);
        var layers = graph.QuantizableNodes.Select(n => n.Name).ToHashSet();
        string hash = ContentHash.OfFiles(OnnxModelReader.Read(model, DimensionBindings.None).Files);
        LockedPlan[] fitting = [.. LockFile.Read(lockFile).Plans.Where(p => (key is null || p.Subject.Key == key)
            && p.Subject.ModelHash == hash && layers.SetEquals(p.Layers.Select(l => l.Name)))];
        return fitting switch
        {
            [var only] => only.EditedFrom is null ? only
                : throw new MixPrecException(DiagnosticCatalog.PlanEdited, lockFile, lockFile, only.Subject.Key),
            [] => throw new MixPrecException(DiagnosticCatalog.PlanForExport, lockFile, lockFile, "no plan",
                PrintableName.Format(Path.GetFileName(model)), "mixprec lock lists its plans"),
            _ => throw new MixPrecException(DiagnosticCatalog.PlanForExport, lockFile, lockFile, Counted.Format(fitting.Length, "plan"),
                PrintableName.Format(Path.GetFileName(model)), $"choose one with --plan-key: {string.Join(", ",
                    fitting.Select(p => p.Subject.Key).Order(StringComparer.Ordinal))}"),
        };
    }
}
