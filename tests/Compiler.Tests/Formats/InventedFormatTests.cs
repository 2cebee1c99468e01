using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Formats;

/// <summary>
/// A format that the product does not know goes through candidates, estimates, bytes, configurations, packing and lowering: no other file
/// has to know it.
/// </summary>
public sealed class InventedFormatTests
{
    private const int Samples = 16, Depth = 70, Columns = 24, Rows = 32;

    private static readonly InventedFormat s_format = new(Rows);

    private static readonly PrecisionConfig s_weights =
        new(ActivationFormat.F32, s_format, ElementType.F32), s_both = new(ActivationFormat.U8, s_format, ElementType.I32);

    private readonly float[] _x = Numbers(Samples * Depth, 1), _w = Numbers(Depth * Columns, 2);

    [Fact]
    public void IdsAndWordsFollowFromTheParts()
    {
        Assert.Equal([s_weights, s_both], PrecisionConfig.InOnePass(s_format));
        Assert.Equal(["s4g32", "s4g32a8"], PrecisionConfig.InOnePass(s_format).Select(p => p.Id));
        Assert.Equal("u8 activations × s4 weights in groups of 32 → int32", s_both.Description);
    }

    [Fact]
    public void LayersOfferItWhereThereAreKernels()
    {
        var (graph, _) = Product();
        PrecisionConfig[] all = [PrecisionConfig.F32, .. PrecisionConfig.InOnePass(s_format), PrecisionConfig.I8];
        var node = graph.QuantizableNodes.Single();
        Assert.Equal(all, Candidates.ForNode(node, new EncodedWeightsCache(), all));
        var subgraph = SequentialPartition.Partition(graph).Single();
        Assert.Equal([["f32"], ["i8"], ["s4g32"], ["s4g32a8"]], ConfigurationEnumerator.Enumerate(subgraph, _ => all)
            .Select(c => c.Select(p => p.Id).ToArray()));
    }

    [Fact]
    public void ItHasBytesThroughputAndAColour()
    {
        var (graph, _) = Product();
        Assert.Equal((Depth * Columns / 2) + (4 * Columns * 3), OpCost.WeightBytes(graph.QuantizableNodes.Single(), s_weights));
        Assert.Equal(10, s_both.Nanoseconds(800));
        Assert.Equal("p-other", PrecisionColours.Class(s_both.Id));
    }

    [Theory]
    [InlineData("s4g32")]
    [InlineData("s4g32a8")]
    public void TheEstimateIsTheErrorOfWeightsRoundedOneByOne(string id)
    {
        var precision = PrecisionConfig.InOnePass(s_format).Single(p => p.Id == id);
        var (graph, samples) = Product();
        var executor = new TorchExecutor(graph);
        Batch[] batches = [.. Batch.Split(graph, samples, 5)];
        var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, executor, graph, batches.Select(b => b.Inputs));
        var node = graph.QuantizableNodes.Single();
        var table = SensitivityEstimation.Estimate(Estimator.Projected, executor, graph, batches, LossKind.Output, ranges, _ =>
            [precision]);
        var x = precision.QuantizesActivations ? ranges[node].Unsigned(255) : default;
        double expected = 0;
        for (int r = 0; r < Samples; r++)
        {
            double change = 0;
            for (int i = 0; i < Depth * Columns; i++)
            {
                var (k, c) = Math.DivRem(i, Columns);
                float activation = _x[(r * Depth) + k], rounded = precision.QuantizesActivations
                    ? x.Scale * (float)(Math.Clamp(Math.Round(activation / x.Scale) + x.ZeroPoint, 0, 255) - x.ZeroPoint) : activation;
                change += Compiler.Losses.LossFunction.Sign(r, c) * (((double)rounded * Rounded(k, c)) - ((double)activation * _w[i]));
            }

            expected += change * change / Samples;
        }

        Assert.Equal(1, table[node, precision] / expected, 1e-3);
        Assert.True(SensitivityEstimation.Estimate(Estimator.Analytic, executor, graph, batches, LossKind.Output, ranges, _ =>
            [precision])[node, precision] / expected is > 0.3 and < 3);
    }

    [Fact]
    public void NoiseIsAStepSquaredOverTwelve()
    {
        var noise = new float[_w.Length];
        s_format.Encode(WeightMatrix.FromMatMul(Tensor.Create(_w, Depth, Columns))).MeanSquaredNoise(noise);
        Assert.All(Enumerable.Range(0, noise.Length), i =>
            Assert.Equal(1, noise[i] / (Math.Pow(Scale(i / Columns, i % Columns), 2) / 12), 1e-5));
    }

    [Fact]
    public void LoweringWritesItsArraysAndCallsItsKernel()
    {
        var (graph, _) = Product();
        using var file = new MemoryStream();
        var assignment = PrecisionAssignment.Uniform(graph, s_weights);
        var plan = Lowerer.Lower(graph, assignment, RangeTable.Empty, new LoweringOptions("Net"), file);
        var step = Assert.Single(plan.Steps, s => s.Method.StartsWith("Gemm", StringComparison.Ordinal));
        Assert.Equal("Gemm.S4", step.Method);
        Assert.Contains("fp32 activations × s4 weights in groups of 32 → fp32", step.Comment, StringComparison.Ordinal);

        // Shape and activations; values, scales and bias, whose places are constants; then activation and store.
        Assert.Equal([ElementType.U8, ElementType.F32, ElementType.F32],
            step.Arguments.OfType<PlanArgument.Location>().Where(l => l.Place == Place.Constant).Select(l => l.Type));
        byte[] values = file.ToArray()[(64 + (int)step.Arguments.OfType<PlanArgument.Location>()
            .First(l => l.Type == ElementType.U8).Offset.Value)..];
        for (int i = 0; i < _w.Length; i++)
        {
            int value = ((values[i / 2] >> (i % 2 * 4) & 0xF) ^ 8) - 8;
            Assert.Equal(Quantized(i / Columns, i % Columns), value);
        }
    }

    [Fact]
    public void WhereThereIsNoKernelNothingRunsAsFp32InItsPlace()
    {
        var builder = new GraphBuilder();
        var (a, b) = (builder.AddInput("a", new TensorType(ElementType.F32, [4, 8])),
            builder.AddInput("b", new TensorType(ElementType.F32, [8, 4])));
        var graph = builder.Build([builder.Add("y", new MatMul(), a, b)], []);
        Assert.Equal([PrecisionConfig.F32],
            Candidates.ForNode(graph.QuantizableNodes.Single(), new EncodedWeightsCache(), [PrecisionConfig.F32, s_weights, s_both]));
        foreach (var precision in new[] { s_weights, PrecisionConfig.BF16 })
        {
            Assert.Throws<InvalidOperationException>(() =>
                Lowerer.Lower(graph, PrecisionAssignment.Uniform(graph, precision), RangeTable.Empty, new LoweringOptions("Net"),
                Stream.Null));
        }
    }

    private float Scale(int k, int c) =>
        Enumerable.Range(k / Rows * Rows, Math.Min(Rows, Depth - (k / Rows * Rows)))
            .Max(row => Math.Abs(_w[(row * Columns) + c]) / InventedFormat.Maximum);

    private int Quantized(int k, int c) =>
        (int)Math.Clamp(MathF.Round(_w[(k * Columns) + c] / Scale(k, c)), -InventedFormat.Maximum, InventedFormat.Maximum);

    private float Rounded(int k, int c) => Quantized(k, c) * Scale(k, c);

    private (Graph Graph, SampleSet Samples) Product()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [IntExpr.Symbol("batch"), Depth]));
        var y = builder.Add("product", new MatMul(), x, GraphBuilder.Constant("w", _w, Depth, Columns));
        var graph = builder.Build([y], [new SymbolicDimension("batch", "batch")]);
        return (graph, new SampleSet(new Dictionary<string, Tensor> { ["x"] = Tensor.Create(_x, Samples, Depth) }, null, null, Samples));
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 0.7))];
    }
}
