using MixPrec.Benchmarks;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Timing;

namespace MixPrec.Benchmarks.Networks;

/// <summary>
/// What a second thread and more gain: each network in fp32 and in the exact byte candidate, beside ONNX Runtime in fp32.
/// </summary>
internal static class ThreadTable
{
    private static readonly PrecisionConfig[] s_precisions = [PrecisionConfig.F32, PrecisionConfig.I8];

    /// <summary>ONNX Runtime's threads look for work for milliseconds after a run, on the processors of the next turn.</summary>
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(20);

    /// <param name="threads">Compared with one.</param>
    /// <param name="folders">In the ONNX test layout.</param>
    public static ResultTable Measure(int threads, IEnumerable<string> folders)
    {
        var table = new ResultTable("network", "precision", "1 thread µs", $"{threads} threads µs", "gain",
            "ONNX Runtime 1 thread µs", $"ONNX Runtime {threads} threads µs", "its gain", $"ratio at {threads} threads");
        foreach (string folder in folders)
        {
            string path = OnnxTestCase.ModelPath(folder);
            var inputs = OnnxTestCase.ReadSets(folder)[0].Inputs;
            var graph = GraphRewrites.Apply(OnnxModelReader.Read(path, DimensionBindings.None).Graph);
            foreach (var precision in s_precisions)
            {
                using var alone = Compile(graph, precision, inputs, 1);
                using var together = Compile(graph, precision, inputs, threads);
                using var peerAlone = new OnnxRuntimeRun(path, inputs, 1);
                using var peerTogether = new OnnxRuntimeRun(path, inputs, threads);
                using var aloneRun = alone.Prepare(inputs);
                using var togetherRun = together.Prepare(inputs);
                double[] times = Interleaved.MediansOfFastest(s_rest, aloneRun.Invoke, togetherRun.Invoke, peerAlone.Invoke,
                    peerTogether.Invoke);
                table.Add(
                    Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), precision.Id, $"{times[0]:F0}", $"{times[1]:F0}",
                    $"{times[0] / times[1]:F2}", $"{times[2]:F0}", $"{times[3]:F0}", $"{times[2] / times[3]:F2}",
                    $"{times[3] / times[1]:F2}");
            }
        }

        return table;
    }

    private static CompiledModel Compile(Graph graph, PrecisionConfig precision, IReadOnlyList<Tensor> inputs, int threads)
    {
        var ranges = precision.NeedsRange
            ? RangeCalibration.Collect(ActivationRanges.MinMax, new TorchExecutor(graph), graph, [inputs]) : RangeTable.Empty;
        var assignment = Candidates.AsFarAsOffered(graph, precision);
        return CompiledModel.Compile(Lowerer.Lower(graph, assignment, ranges, new LoweringOptions("Network") { Threads = threads }));
    }
}
