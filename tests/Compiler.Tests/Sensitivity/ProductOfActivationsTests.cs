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
using TorchSharp;
using Xunit;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Tests.Sensitivity;

/// <summary>
/// One product of two inputs with the Output loss, which is linear: the change that rounding both operands makes is exact, and gradients
/// are the other operand times signs, worked out sample by sample.
/// </summary>
public sealed class ProductOfActivationsTests
{
    private const int Samples = 7, Rows = 3, Depth = 5, Columns = 4;

    /// <summary>
    /// Operands a sample has one of; heads of which two share a right-hand side; a right-hand side that all samples share.
    /// </summary>
    public static TheoryData<int[], int[]> Shapes => new()
    {
        { [Samples, Rows, Depth], [Samples, Depth, Columns] },
        { [Samples, 2, Rows, Depth], [Samples, 1, Depth, Columns] },
        { [Samples, Rows, Depth], [Depth, Columns] },
        { [Samples, Depth], [Depth, Columns] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EstimatesAreThoseOfEachSampleAlone(int[] left, int[] right)
    {
        foreach (var precision in new[] { PrecisionConfig.I8, PrecisionConfig.I8A7 })
        {
            var (graph, samples, a, b) = Product([.. left], [.. right]);
            var executor = new TorchExecutor(graph);
            Batch[] batches = [.. Batch.Split(graph, samples, 3)];
            var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, executor, graph, batches.Select(f => f.Inputs));
            var node = graph.QuantizableNodes.Single();
            Assert.Equal(Range(a), ranges[node]);
            Assert.Equal(Range(b), ranges.Rhs(node));

            var (change, analytic) = Expected(a, b, ranges[node].Unsigned(precision.Activations.Maximum),
                ranges.Rhs(node).Symmetric(127).Scale);
            double Estimate(Estimator kind) =>
                SensitivityEstimation.Estimate(kind, executor, graph, batches, LossKind.Output, ranges, _ => [precision])[node, precision];
            Assert.Equal(1, Estimate(Estimator.Projected) / change, 1e-3);
            Assert.Equal(1, Estimate(Estimator.Analytic) / analytic, 1e-3);
        }
    }

    private static (double Change, double Analytic) Expected(TorchTensor a, TorchTensor b, QuantizationParameters grid, float scale)
    {
        double change = 0, analytic = 0;
        bool shared = b.dim() < 3;
        for (int r = 0; r < Samples; r++)
        {
            using var scope = torch.NewDisposeScope();
            var x = a.narrow(0, r, 1).clone().requires_grad_();
            var y = (shared ? b : b.narrow(0, r, 1)).clone().requires_grad_();
            var product = x.matmul(y);
            var signs = torch.tensor(Enumerable.Range(0, (int)product.numel()).Select(i => (float)LossFunction.Sign(r, i)).ToArray(),
                product.shape);
            (product * signs).sum().backward();
            var inexact = Map(x, v => grid.Dequantize(grid.Quantize(v))).matmul(Map(y, v => Int8Reference.Quantize(v, scale) * scale));
            change += Math.Pow(((inexact - product.detach()) * signs).sum().item<float>(), 2);
            analytic += (x.grad!.square().sum().item<float>() * grid.Scale * grid.Scale / 12)
                + (y.grad!.square().sum().item<float>() * scale * scale / 12);
        }

        return (change / Samples, analytic / Samples);
    }

    private static TorchTensor Map(TorchTensor x, Func<float, float> f) =>
        torch.tensor(x.detach().data<float>().ToArray().Select(f).ToArray(), x.shape);

    private static ActivationRange Range(TorchTensor x) => new(x.min().item<float>(), x.max().item<float>());

    /// <summary>
    /// Inputs of the samples and, where <paramref name="right"/> has no samples, a right-hand side that an op computes from constants.
    /// </summary>
    private static (Graph Graph, SampleSet Samples, TorchTensor A, TorchTensor B) Product(long[] left, long[] right)
    {
        var builder = new GraphBuilder();
        Value Input(string name, long[] shape) =>
            builder.AddInput(name, new TensorType(ElementType.F32, [IntExpr.Symbol("batch"), .. shape.Skip(1).Select(IntExpr.Constant)]));
        float[] a = Numbers(left, 1), b = Numbers(right, 2);
        var x = Input("a", left);
        bool shared = right.Length < 3;
        var rhs = shared
            ? builder.Add("rhs", new Compiler.Graphs.Ops.Reduce(ReduceKind.Sum, [0], false), GraphBuilder.Constant("w", b, [1, .. right]))
            : Input("b", right);
        var graph = builder.Build([builder.Add("y", new MatMul(), x, rhs)], [new SymbolicDimension("batch", "batch")]);
        var inputs = new Dictionary<string, Tensor> { ["a"] = Tensor.Create(a, left) };
        if (!shared)
        {
            inputs["b"] = Tensor.Create(b, right);
        }

        return (graph, new SampleSet(inputs, null, null, Samples), torch.tensor(a, left), torch.tensor(b, right));
    }

    private static float[] Numbers(long[] shape, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (float)((random.NextDouble() * 2) - 0.7))];
    }
}
