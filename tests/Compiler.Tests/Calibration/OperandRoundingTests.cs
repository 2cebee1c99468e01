using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Tests.Formats;
using MixPrec.Plan;
using Xunit;
using BF16 = MixPrec.Runtime.Kernels.BF16;

namespace MixPrec.Compiler.Tests.Calibration;

/// <summary>
/// One matrix product with the Output loss: g is linear in y, so the first order is exact and the estimate has to equal the squared loss
/// change of operands rounded element by element with the kernels' own definitions.
/// </summary>
public sealed class OperandRoundingTests
{
    private const int Samples = 16, Depth = 24, Columns = 8;

    private readonly float[] _x = Numbers(Samples * Depth, 1);
    private readonly float[] _w = Numbers(Depth * Columns, 2);

    public static TheoryData<string> Candidates =>
        [.. PrecisionConfig.All.Where(p => p != PrecisionConfig.F32 && p.Second is null).Select(p => p.Id)];

    /// <summary>The largest float is infinity in bf16.</summary>
    [Fact]
    public void AnErrorThatIsNotFiniteIsRefusedByNameOfLayerAndCandidate()
    {
        _w[0] = float.MaxValue;
        for (int i = 0; i < _x.Length; i++)
        {
            _x[i] *= 1e-30f;
        }

        var (graph, samples) = Product();
        var executor = new TorchExecutor(graph);
        Batch[] batches = [.. Batch.Split(graph, samples, 5)];
        var table = SensitivityEstimation.Estimate(Estimator.Projected, executor, graph, batches, LossKind.Output, RangeTable.Empty, _ =>
            [PrecisionConfig.BF16]);
        var error = Assert.Throws<MixPrecException>(() => table.LeftOut.Warning("Net", null));
        Assert.Equal("MXP2011", error.Description.Id);
        Assert.Contains(graph.QuantizableNodes.Single().Name, error.Message, StringComparison.Ordinal);
        Assert.Contains("bf16", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Candidates))]
    public void EstimateOfALinearLossIsExact(string id)
    {
        var precision = PrecisionConfig.Find(id)!;
        var (graph, samples) = Product();
        var executor = new TorchExecutor(graph);
        Batch[] batches = [.. Batch.Split(graph, samples, 5)];
        var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, executor, graph, batches.Select(b => b.Inputs));
        var node = graph.QuantizableNodes.Single();
        Assert.Equal(new ActivationRange(_x.Min(), _x.Max()), ranges[node]);

        var table = SensitivityEstimation.Estimate(Estimator.Projected, executor, graph, batches, LossKind.Output, ranges, _ =>
            [precision]);
        var (expected, meanSquared) = Expected(precision, ranges[node]);
        Assert.Equal(1, table[node, precision] / expected, 1e-3);
        Assert.Equal(1, table.MeanSquaredLoss / meanSquared, 1e-4);
        Assert.Equal(0, table[node, PrecisionConfig.F32]);
        Assert.Equal(1, table.Correlated(PrecisionAssignment.Uniform(graph, precision)) / expected, 1e-3);
        Assert.Equal(0, table.Correlated(PrecisionAssignment.AllFloat));
    }

    /// <summary>Weight <paramref name="k"/> of a column.</summary>
    private static float Grouped(GroupReference reference, float[] column, int k)
    {
        int rows = reference.Rows ?? Depth;
        float scale = reference.Scale([.. column.Skip(k / rows * rows).Take(rows)]);
        return reference.Round(column[k], scale) * scale;
    }

    /// <summary>255 steps from the least to the largest number of the row.</summary>
    private float InItsRow(int row, float value)
    {
        var own = _x.AsSpan(row * Depth, Depth).ToArray();
        double low = Math.Min(0f, own.Min()), high = Math.Max(0f, own.Max());
        float step = (float)((high - low) / 255);
        double zeroPoint = Math.Round(-low / step), code = Math.Clamp(Math.Round((double)value / step) + zeroPoint, 0, 255);
        return (float)(step * (code - zeroPoint));
    }

    private (double Change, double Loss) Expected(PrecisionConfig precision, ActivationRange range)
    {
        var columns = new float[Columns * Depth];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = _w[(i % Depth * Columns) + (i / Depth)];
        }

        var rounded = new float[columns.Length];
        for (int c = 0; c < Columns; c++)
        {
            var column = columns.AsSpan(c * Depth, Depth);
            float scale = Int8Reference.Scale(column);
            float[] weights = column.ToArray();
            for (int k = c * Depth; k < (c + 1) * Depth; k++)
            {
                rounded[k] = precision.Storage.Id switch
                {
                    "f16" => (float)(Half)columns[k],
                    "bf16" => BF16.FromSingle(columns[k]).ToSingle(),
                    "i8" => Int8Reference.Quantize(columns[k], scale) * scale,
                    _ => Grouped(new(precision.Storage.Id, _w), weights, k - (c * Depth)),
                };
            }
        }
        var grid = range.Unsigned(Math.Max(1, precision.Activations.Maximum));
        double change = 0, loss = 0;
        for (int r = 0; r < Samples; r++)
        {
            double exact = 0, inexact = 0;
            for (int c = 0; c < Columns; c++)
            {
                for (int k = 0; k < Depth; k++)
                {
                    float x = _x[(r * Depth) + k];
                    float operand = precision.Id == "i8a8r" ? InItsRow(r, x) : precision.QuantizesActivations ? grid.Dequantize(grid.Quantize(x))
                        : precision.Id == "bf16a16" ? BF16.FromSingle(x).ToSingle() : x;
                    double sign = Compiler.Losses.LossFunction.Sign(r, c);
                    exact += sign * x * columns[(c * Depth) + k];
                    inexact += sign * operand * rounded[(c * Depth) + k];
                }
            }

            change += Math.Pow(inexact - exact, 2) / Samples;
            loss += exact * exact / Samples;
        }

        return (change, loss);
    }

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
