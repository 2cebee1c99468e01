using System.Globalization;
using System.Reflection;
using System.Runtime.Intrinsics;
using DigitClassifier;
using MixPrec.Benchmarks;
using MixPrec.Runtime;
using ModelBenchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string root = typeof(OnnxRuntimeNetwork).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
    .Single(data => data.Key == "BenchmarkModels").Value!;

Console.WriteLine($"""
    {Mlp1.Info.Machine}, {(Vector512.IsHardwareAccelerated ? 512 : 256)}-bit vectors, .NET {Environment.Version}, ONNX Runtime 1.31.1, one thread each;
    medians of {Comparison.Rounds} interleaved rounds in one process; ratio = time of ONNX Runtime / time of the generated class

    """);
var table = new ResultTable(
    "network", "batch", "ONNX Runtime fp32 µs", "generated fp32 µs", "ratio", "plan at budget 0.01 µs", "ratio of the plan",
        "loss error measured", "bytes allocated per Run", "largest difference in fp32");

// First of all, while nothing is compiled yet.
var (first, later) = LoadTime.Measure(() => Mlp64Float.Load());

const string Mlp = "fashion-mnist-mlp3-relu", Cnn = "fashion-mnist-cnn";
using var mlp1 = Mlp1.Load();
using var mlp1Float = Mlp1Float.Load();
using var mlp64 = Mlp64.Load();
using var mlp64Float = Mlp64Float.Load();
using var cnn1 = Cnn1.Load();
using var cnn1Float = Cnn1Float.Load();

Compare(Mlp, [784], 1, "fashion-mnist-calibration.npz", mlp1Float.Run, mlp1.Run, Mlp1.Info);
Compare(Mlp, [784], 64, "fashion-mnist-calibration.npz", mlp64Float.Run, mlp64.Run, Mlp64.Info);
Compare(Cnn, [1, 28, 28], 1, "fashion-mnist-image-calibration.npz", cnn1Float.Run, cnn1.Run, Cnn1.Info);
table.WriteMarkdown(Console.Out);
if (args is [var csv])
{
    table.WriteCsv(csv);
}

Console.WriteLine();
Console.WriteLine("| class | precisions | predicted loss error | measured loss error |");
Console.WriteLine("|---|---|---:|---:|");
foreach (ModelInfo info in new[] { Mlp1.Info, Mlp64.Info, Cnn1.Info })
{
    var precisions = info.Layers.CountBy(layer => layer.Precision).Select(pair => $"{pair.Value} × {pair.Key}");
    Console.WriteLine($"| {info.Name} | {string.Join(", ", precisions)} | {info.PredictedLossError:F4} | {info.MeasuredLossError:F4} |");
}

Console.WriteLine();
Console.WriteLine($"Load of the fp32 MLP (2.9 MB of weights): median {later:F2} ms of {LoadTime.Rounds}, first after start {first:F2} ms.");

void Compare(string model, long[] sampleShape, int batch, string data, Network float32, Network mixed, ModelInfo plan)
{
    float[] inputs = NpzReader.Read<float>(Path.Combine(root, "data", data),
        "input")[..(int)(batch * sampleShape.Aggregate(1L, (product, size) => product * size))];
    using var peer = new OnnxRuntimeNetwork(Path.Combine(root, "models", model, "model.onnx"), inputs, [batch, .. sampleShape]);
    var comparison = Comparison.Of(peer, inputs, float32, mixed);
    table.Add(
        model, $"{batch}", $"{comparison.Peer:F1}", $"{comparison.Float32:F1}", $"{comparison.Peer / comparison.Float32:F2}",
            $"{comparison.Mixed:F1}", $"{comparison.Peer / comparison.Mixed:F2}",
        $"{plan.MeasuredLossError:F4}", $"{comparison.AllocatedBytes}", $"{comparison.LargestDifference:E1}");
}
