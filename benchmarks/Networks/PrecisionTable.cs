using System.Globalization;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Export;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Timing;
using MixPrec.Plan;

namespace MixPrec.Benchmarks.Networks;

/// <summary>
/// Every layer of a network in one precision, beside ONNX Runtime in fp32 and with the QDQ export of the same network, one thread each,
/// interleaved. Inputs are made up.
/// </summary>
internal static class PrecisionTable
{
    private static readonly PrecisionConfig[] Precisions =
        [PrecisionConfig.F32, PrecisionConfig.BF16, PrecisionConfig.BF16A16, PrecisionConfig.I8A7, PrecisionConfig.I8];

    /// <param name="models">An ONNX file each, or <c>mobilenetv2</c>; <c>FILE@128</c> sets its open dimensions but the first to 128.</param>
    /// <param name="csv">The table as a file; null for none.</param>
    /// <param name="hasOtherWork">Whether something else uses the caches between two runs.</param>
    public static void Print(IEnumerable<string> models, string? csv, bool hasOtherWork)
    {
        Console.WriteLine($"{Machine.Description}, .NET {Environment.Version}, one thread each; medians of {Interleaved.Rounds} interleaved rounds\n");
        var table = new ResultTable(["network", "ONNX Runtime fp32 µs", "ONNX Runtime int8 µs", .. Precisions.Select(p => $"{p.Id} µs"),
            "f32 / ONNX Runtime fp32", "bytes / ONNX Runtime int8", "bytes / ONNX Runtime fp32"]);
        string folder = Directory.CreateTempSubdirectory("mixprec-precisions-").FullName;
        try
        {
            foreach (string model in models)
            {
                table.Add(Row(model, folder, hasOtherWork));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        table.WriteMarkdown(Console.Out);
        if (csv is not null)
        {
            table.WriteCsv(csv);
        }
    }

    private static string[] Row(string model, string folder, bool hasOtherWork)
    {
        var (name, path, imported, graph, inputs) = MeasuredNetwork.Open(model, folder);
        var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, new TorchExecutor(graph), graph, [inputs]);
        string quantized = Path.Combine(folder, "quantized.onnx");
        var samples = new SampleSet(imported.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second), null, null,
            (int)inputs[0].Shape[0]);
        ExportedFile.Write(quantized,
            new QdqExport(path, QdqExport.Prepare(imported), samples, null).Export(_ => true, CancellationToken.None).Proto);
        using var fp32 = new OnnxRuntimeRun(path, inputs);
        using var int8 = new OnnxRuntimeRun(quantized, inputs);
        CompiledModel[] compiled = [.. Precisions.Select(p => CompiledModel.Compile(Lowerer.Lower(
            graph, Candidates.AsFarAsOffered(graph, p), ranges, new LoweringOptions("Network"))))];
        var runs = compiled.Select(c => c.Prepare(inputs)).ToArray();
        Action[] all = [fp32.Invoke, int8.Invoke, .. runs.Select(r => (Action)r.Invoke)];
        double[] times = hasOtherWork ? Interleaved.MediansAfterOtherWork(all) : Interleaved.Medians(all);
        Array.ForEach(runs, r => r.Dispose());
        Array.ForEach(compiled, c => c.Dispose());
        double bytes = Math.Min(times[^1], times[^2]);
        return [name, .. times.Select(t => $"{t:F1}"), $"{times[0] / times[2]:F2}",
            $"{times[1] / bytes:F2}", $"{times[0] / bytes:F2}"];
    }
}
