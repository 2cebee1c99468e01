using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Tests.Formats;
using MixPrec.Plan;
using Xunit;
using BF16 = MixPrec.Runtime.Kernels.BF16;

namespace MixPrec.Compiler.Tests.Sensitivity;

/// <summary>
/// One product with an activation and the Output loss Σ ρ·φ(v): the estimate against operands rounded one by one, conditions by their
/// formulas, and first-order loss changes Σ ρ·φ'(v)·(v̂ − v), where v̂ is of the second pass if the first one's condition asks for it.
/// </summary>
public sealed class TwoPassEstimatorTests
{
    private const int Samples = 16, Depth = 72, Columns = 40;

    private readonly float[] _x = Numbers(Samples * Depth, 1), _w = Numbers(Depth * Columns, 2), _bias = Numbers(Columns, 3);

    public static TheoryData<string, string> Cases => [.. from p in PrecisionConfig.All
                                                           where p.Second is not null
                                                           from activation in new[] { "", "Relu", "Tanh" }
                                                           select (p.Id, activation)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void ComponentsOfTheSecondPassHaveItsError(string id, string activation)
    {
        var (precision, function) =
            (PrecisionConfig.Find(id)!, activation.Length == 0 ? null : new UnaryFunction(Enum.Parse<UnaryKind>(activation)));
        var (graph, samples) = Product(function);
        var executor = new TorchExecutor(graph);
        Batch[] batches = [.. Batch.Split(graph, samples, 5)];
        var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, executor, graph, batches.Select(b => b.Inputs));
        var node = graph.QuantizableNodes.Single();
        var (squared, independent, recomputed) = Expected(precision.Second!, activation, ranges[node]);
        var projected = SensitivityEstimation.Estimate(Estimator.Projected, executor, graph, batches, LossKind.Output, ranges, _ =>
            [PrecisionConfig.I8, precision]);
        Assert.Equal(recomputed, projected.Recomputed[(node.Name, precision)], 1e-12);
        Assert.DoesNotContain((node.Name, PrecisionConfig.I8), projected.Recomputed.Keys);
        Near(squared, projected[node, precision]);
        Near(independent, SensitivityEstimation.Estimate(Estimator.Fisher, executor, graph, batches, LossKind.Output, ranges, _ =>
            [precision])[node, precision]);
    }

    /// <summary>Sums of rounding errors cancel to about this share of what single precision adds to them.</summary>
    private static void Near(double expected, double actual) =>
        Assert.True(Math.Abs(actual - expected) <= (1e-3 * expected) + 1e-12, $"{actual}, not {expected}");

    private (double Squared, double Independent, double Recomputed) Expected(SecondPass second, string activation, ActivationRange range)
    {
        var grid = range.Unsigned(second.Low.Activations.Maximum);
        double squared = 0, independent = 0;
        int recomputed = 0;
        for (int r = 0; r < Samples; r++)
        {
            double change = 0;
            for (int c = 0; c < Columns; c++)
            {
                float[] x = _x[(r * Depth)..((r + 1) * Depth)], w = [.. Enumerable.Range(0, Depth).Select(k => _w[(k * Columns) + c])];
                float scale = Int8Reference.Scale(w);
                double exact = Sum(x, w),
                    low = Sum([.. x.Select(v => grid.Dequantize(grid.Quantize(v)))],
                    [.. w.Select(v => scale * Int8Reference.Quantize(v, scale))]);
                double high = second.High == PrecisionConfig.BF16 ? Sum(x, [.. w.Select(v => BF16.FromSingle(v).ToSingle())]) : exact;
                double numerator = Math.Sqrt(x.Sum(v => (double)v * v) * w.Sum(v => (double)v * v)) + Math.Abs(_bias[c]);
                bool again = activation switch
                {
                    "" => numerator / Math.Abs(low) > second.Tolerance,
                    "Relu" => low > 0 ? numerator / low > second.Tolerance
                        : low > -numerator * 20 / Math.Sqrt(Depth) / (2 * second.Low.Activations.Maximum),
                    _ => 2 * numerator / Math.Sinh(2 * Math.Abs(low)) > second.Tolerance,
                };
                recomputed += again ? 1 : 0;
                double slope = activation switch { "" => 1, "Relu" => exact > 0 ? 1 : 0, _ => 1 - Math.Pow(Math.Tanh(exact), 2) };
                double term = LossFunction.Sign(r, c) * slope * ((again ? high : low) - exact);
                change += term;
                independent += term * term / Samples;

                double Sum(float[] left, float[] right) => left.Zip(right, (a, b) => (double)a * b).Sum() + _bias[c];
            }

            squared += change * change / Samples;
        }

        return (squared, independent, (double)recomputed / (Samples * Columns));
    }

    private (Graph Graph, SampleSet Samples) Product(UnaryFunction? activation)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [IntExpr.Symbol("batch"), Depth]));
        var y = builder.Add("product", new MatMul { Activation = activation }, x, GraphBuilder.Constant("w", _w, Depth, Columns),
            GraphBuilder.Constant("b", _bias, Columns));
        var graph = builder.Build([y], [new SymbolicDimension("batch", "batch")]);
        return (graph, new SampleSet(new Dictionary<string, Tensor> { ["x"] = Tensor.Create(_x, Samples, Depth) }, null, null, Samples));
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 0.4) - 0.18))];
    }
}
