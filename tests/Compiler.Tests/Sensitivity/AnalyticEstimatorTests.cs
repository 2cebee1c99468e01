using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Plan;
using TorchSharp;
using Xunit;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Tests.Sensitivity;

/// <summary>The analytic estimate against one backward pass for each sample through the network written out in TorchSharp.</summary>
public sealed class AnalyticEstimatorTests
{
    private const int Samples = 6;

    [Fact]
    public void MatrixProductsAgreeWithOneBackwardPassASample() => Check(
        [Samples, 5], [5, 7], b => b.Product, (x, w) => x.matmul(w), [0]);

    [Fact]
    public void TokensOfASampleAreSummedBeforeSquaring() => Check(
        [Samples, 3, 5], [5, 7], b => b.Product, (x, w) => x.matmul(w), [0]);

    /// <summary>Rows have their own steps, from 0 or the least number to the largest or 0.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void RowsWithScalesOfTheirOwnHaveTheirOwnNoise(int tokens)
    {
        long[] shape = tokens == 1 ? [Samples, 5] : [Samples, tokens, 5];
        var network = new Network(shape, [5, 7], n => n.Product);
        var executor = new TorchExecutor(network.Graph);
        Batch[] batches = [.. Batch.Split(network.Graph, network.Samples, 4)];
        var node = network.Graph.QuantizableNodes.Single();
        var rows = PrecisionConfig.Find("i8a8r")!;
        var table = SensitivityEstimation.Estimate(Estimator.Analytic, executor, network.Graph, batches, LossKind.Mse,
            RangeTable.Empty, _ => [rows]);
        var weights = torch.tensor(network.Weights, [5, 7]).requires_grad_();
        var steps = (weights.detach().abs().amax([0], keepdim: true) / 127).expand(5, 7);
        double expected = 0;
        for (int r = 0; r < Samples; r++)
        {
            var sample = network.Samples.Slice(r, 1);
            float[] values = sample.Inputs["x"].Span<float>().ToArray();
            var x = torch.tensor(values, [1, .. shape[1..]]).requires_grad_();
            var y = x.matmul(weights).tanh();
            weights.grad?.zero_();
            (y - torch.tensor(sample.Targets!.Span<float>().ToArray(), y.shape)).square().mean().backward();
            expected += (weights.grad! * steps).square().sum().item<float>() / 12;
            float[] gradients = x.grad!.data<float>().ToArray();
            for (int i = 0; i < values.Length; i++)
            {
                float[] row = values[(i / 5 * 5)..((i / 5 * 5) + 5)];
                double step = (Math.Max(0, row.Max()) - Math.Min(0, row.Min())) / 255;
                expected += Math.Pow(gradients[i] * step, 2) / 12;
            }
        }

        Assert.Equal(1, table[node, rows] * Samples / expected, 1e-4);
    }

    [Fact]
    public void PixelsOfASampleAreSummedBeforeSquaring() => Check(
        [Samples, 4, 6, 5], [8, 2, 3, 3], b => b.Convolution(2), (x, w) =>
            torch.nn.functional.conv2d(x, w, null, strides: [2, 1], padding: [1, 1], groups: 2), [1, 2, 3]);

    [Fact]
    public void OneDimensionalConvolutionsToo() => Check(
        [Samples, 4, 9], [3, 4, 3], b => b.Convolution(1), (x, w) => torch.nn.functional.conv1d(x, w, null, stride: 2, padding: 1), [1, 2]);

    private static void Check(long[] inputShape, long[] weightShape, Func<Network, Op> op,
        Func<TorchTensor, TorchTensor, TorchTensor> forward, long[] channelAxes)
    {
        var network = new Network(inputShape, weightShape, op);
        var executor = new TorchExecutor(network.Graph);
        Batch[] batches = [.. Batch.Split(network.Graph, network.Samples, 4)];
        var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, executor, network.Graph, batches.Select(b => b.Inputs));
        var node = network.Graph.QuantizableNodes.Single();
        var table = SensitivityEstimation.Estimate(Estimator.Analytic, executor, network.Graph, batches, LossKind.Mse, ranges, _ =>
            [.. PrecisionConfig.All.Where(p => p.Second is null)]);
        Assert.True(double.IsNaN(table.Correlated(PrecisionAssignment.Uniform(network.Graph, PrecisionConfig.I8))));

        var weights = torch.tensor(network.Weights, weightShape).requires_grad_();
        var steps = (weights.detach().abs().amax(channelAxes, keepdim: true) / 127).expand(weightShape);
        double bf16 = 0, bf16Activations = 0, i8Weights = 0, activations = 0, ofRows = 0;
        for (int r = 0; r < Samples; r++)
        {
            var sample = network.Samples.Slice(r, 1);
            var x = torch.tensor(sample.Inputs["x"].Span<float>().ToArray(), [1, .. inputShape[1..]]).requires_grad_();
            var y = forward(x, weights).tanh();
            var loss = (y - torch.tensor(sample.Targets!.Span<float>().ToArray(), y.shape)).square().mean();
            weights.grad?.zero_();
            loss.backward();
            bf16 += (weights.grad! * weights.detach()).square().sum().item<float>() * 2.75e-6;
            bf16Activations += (x.grad! * x.detach()).square().sum().item<float>() * 2.75e-6;
            i8Weights += (weights.grad! * steps).square().sum().item<float>() / 12;
            var rowSteps = (x.detach().clamp_min(0).amax([-1], keepdim: true) - x.detach().clamp_max(0).amin([-1], keepdim: true)) / 255;
            ofRows += (x.grad! * rowSteps).square().sum().item<float>() / 12;
            activations += x.grad!.square().sum().item<float>() / 12;
        }

        Assert.Equal(1, table[node, PrecisionConfig.BF16] * Samples / bf16, 5e-3);
        Assert.Equal(1, table[node, PrecisionConfig.BF16A16] * Samples / (bf16 + bf16Activations), 5e-3);
        Assert.Equal(1, table[node, PrecisionConfig.Find("i8a8r")!] * Samples / (i8Weights + ofRows), 1e-4);
        foreach (var precision in new[] { PrecisionConfig.I8, PrecisionConfig.I8A7 })
        {
            double step = ranges[node].Unsigned(precision.Activations.Maximum).Scale;
            Assert.Equal(1, table[node, precision] * Samples / (i8Weights + (activations * step * step)), 1e-4);
        }
    }

    private sealed class Network
    {
        public Network(long[] inputShape, long[] weightShape, Func<Network, Op> op)
        {
            Weights = Numbers(weightShape, 1);
            var builder = new GraphBuilder();
            var x = builder.AddInput("x",
                new TensorType(ElementType.F32, [IntExpr.Symbol("batch"), .. inputShape.Skip(1).Select(IntExpr.Constant)]));
            var product = builder.Add("product", op(this), x, GraphBuilder.Constant("w", Weights, weightShape));
            Graph = builder.Build([builder.Add("y", new Unary(new UnaryFunction(UnaryKind.Tanh)), product)],
                [new SymbolicDimension("batch", "batch")]);
            long[] outputShape = Graph.Outputs[0].Type.ShapeAt(new Dictionary<string, long> { ["batch"] = AnalyticEstimatorTests.Samples });
            Samples = new SampleSet(
                new Dictionary<string, Tensor> { ["x"] = Tensor.Create(Numbers(inputShape, 2), inputShape) }, null,
                    Tensor.Create(Numbers(outputShape, 3), outputShape), AnalyticEstimatorTests.Samples);
        }

        public Graph Graph { get; }

        public SampleSet Samples { get; }

        public float[] Weights { get; }

        public Op Product => new MatMul();

        public Op Convolution(int rank) => rank == 1 ? new Conv([2], [1], [1], [1], 1) : new Conv([2, 1], [1, 1], [1, 1], [1, 1], 2);

        private static float[] Numbers(long[] shape, int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (float)((random.NextDouble() * 2) - 0.8))];
        }
    }
}
