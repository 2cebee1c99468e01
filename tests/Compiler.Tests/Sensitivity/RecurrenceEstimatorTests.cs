using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Tests.Formats;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using TorchSharp;
using Xunit;
using BF16 = MixPrec.Runtime.Kernels.BF16;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Tests.Sensitivity;

/// <summary>
/// Rounding R, and the states that it multiplies, changes the loss over all steps: the estimates against networks of one sample.
/// </summary>
public sealed class RecurrenceEstimatorTests
{
    private const int Samples = 4, Steps = 6, Hidden = 7;

    public static TheoryData<string, bool> Cells => new() { { "LSTM", false }, { "GRU", false }, { "GRU", true }, { "RNN", false } };

    /// <summary>
    /// The derivative of the loss along the rounding error of R, as the difference of two runs of the specification's formulas in double
    /// precision.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void ProjectedIsTheDerivativeAlongTheRoundingError(string op, bool linear)
    {
        var network = new Network(Enum.Parse<RecurrentCell>(linear ? "GruLinear" : op, ignoreCase: true));
        float[] rounded = [.. network.R.Select(v => BF16.FromSingle(v).ToSingle())];
        double expected = 0;
        for (int n = 0; n < Samples; n++)
        {
            expected += Math.Pow((Loss(rounded) - Loss([.. network.R.Zip(rounded, (v, to) => v - (to - v))])) / 2, 2) / Samples;

            double Loss(float[] r)
            {
                Func<double, double> sigmoid = v => 1 / (1 + Math.Exp(-v)), tanh = Math.Tanh;
                // The input's part of each gate is the network's input: W is the identity.
                var reference = new RecurrentReference(op, Hidden,
                    op switch { "LSTM" => [sigmoid, tanh, tanh], "GRU" => [sigmoid, tanh], _ => [tanh] }, double.PositiveInfinity,
                    false, linear)
                {
                    W = [.. Enumerable.Range(0, network.Columns * network.Columns).Select(i => i % (network.Columns + 1) == 0 ? 1f : 0f)],
                    R = r,
                };
                double[] h = new double[Hidden], c = new double[Hidden];
                var states = reference.Run(Enumerable.Range(0, Steps).Select(t => network.Step(n, t)), ref h, ref c);
                return states.SelectMany(s => s).Select((v, i) => v * LossFunction.Sign(n, i)).Sum();
            }
        }

        // The error of a central difference is of third order: (2⁻⁸)² of the derivative; single precision adds about as much.
        Assert.Equal(1, network.Estimate(Estimator.Projected, PrecisionConfig.BF16) / expected, 1e-3);
    }

    /// <summary>A network of one sample written out in TorchSharp: gradients of its weights, and of each step's product.</summary>
    [Fact]
    public void EveryStepCounts()
    {
        var network = new Network(RecurrentCell.Rnn);
        foreach (var precision in new[] { PrecisionConfig.BF16, PrecisionConfig.I8, PrecisionConfig.I8A7 })
        {
            using var scope = torch.NewDisposeScope();
            var (projected, fisher, analytic) = Expected(network, precision);
            Assert.Equal(1, network.Estimate(Estimator.Projected, precision) / projected, 1e-3);
            Assert.Equal(1, network.Estimate(Estimator.Fisher, precision) / fisher, 1e-3);
            // The estimate's α of bf16 has the digits that are known here.
            Assert.Equal(1, network.Estimate(Estimator.Analytic, precision) / analytic, precision == PrecisionConfig.BF16 ? 5e-3 : 1e-3);
        }
    }

    private static (double Projected, double Fisher, double Analytic) Expected(Network network, PrecisionConfig precision)
    {
        var grid = network.Range.Unsigned(Math.Max(1, precision.Activations.Maximum));
        float[] scales = [.. Enumerable.Range(0, Hidden).Select(row => Int8Reference.Scale(network.R.AsSpan(row * Hidden, Hidden)))];
        var rounded = torch.tensor(network.R.Select((v, i) =>
            precision.Storage == Int8PerChannel.Format ? Int8Reference.Quantize(v, scales[i / Hidden]) * scales[i / Hidden]
            : BF16.FromSingle(v).ToSingle()).ToArray(), [Hidden, Hidden]);
        var steps = torch.tensor(scales, [Hidden, 1]);
        double projected = 0, fisher = 0, analytic = 0;
        for (int n = 0; n < Samples; n++)
        {
            var r = torch.tensor(network.R, [Hidden, Hidden]).requires_grad_();
            var states = new List<TorchTensor> { torch.zeros(Hidden).requires_grad_() };
            var products = new List<TorchTensor>();
            var loss = torch.zeros(1);
            for (int t = 0; t < Steps; t++)
            {
                products.Add(r.matmul(states[^1]));
                products[^1].retain_grad();
                states.Add((torch.tensor(network.Step(n, t)) + products[^1]).tanh());
                loss = loss + (states[^1] * torch.tensor(Enumerable.Range(0, Hidden)
                    .Select(i => (float)LossFunction.Sign(n, (t * Hidden) + i)).ToArray())).sum();
            }

            loss.backward();
            double change = 0;
            foreach (var (state, product) in states.Zip(products))
            {
                var stored = precision.QuantizesActivations ? torch.tensor(state.detach().data<float>().ToArray()
                    .Select(v => grid.Dequantize(grid.Quantize(v))).ToArray()) : state.detach();
                var terms = product.grad! * (rounded.matmul(stored) - product.detach());
                change += terms.sum().item<float>();
                fisher += terms.square().sum().item<float>() / Samples;
                analytic += precision.QuantizesActivations ? r.detach().t().matmul(product.grad!).square().sum().item<float>() * grid.Scale
                    * grid.Scale / 12 / Samples : 0;
            }

            projected += change * change / Samples;
            analytic += (precision.Storage == Int8PerChannel.Format ? (r.grad! * steps).square().sum().item<float>() / 12
                : (r.grad! * r.detach()).square().sum().item<float>() * 2.75e-6) / Samples;
        }

        return (projected, fisher, analytic);
    }

    /// <summary>A recurrence alone: its input is [samples, steps, gates·H], which its steps come first of, and so is its output.</summary>
    private sealed class Network
    {
        private readonly Graph _graph;
        private readonly float[] _x;
        private readonly TorchExecutor _executor;
        private readonly Batch[] _batches;
        private readonly RangeTable _ranges;
        private readonly Node _node;

        public Network(RecurrentCell cell)
        {
            UnaryFunction sigmoid = new(UnaryKind.Sigmoid), tanh = new(UnaryKind.Tanh);
            var op = new Recurrence(cell, cell switch { RecurrentCell.Lstm => [sigmoid, tanh, tanh], RecurrentCell.Rnn => [tanh], _ =>
                [sigmoid, tanh] }, float.PositiveInfinity, false, false);
            Columns = op.Gates * Hidden;
            R = EmittedModel.Random(new Random(1), Columns, Hidden).Span<float>().ToArray();
            _x = EmittedModel.Random(new Random(2), Samples, Steps, Columns).Span<float>().ToArray();
            var builder = new GraphBuilder();
            var x = builder.Add("x_steps", new Transpose([1, 0, 2]),
                builder.AddInput("x", new TensorType(ElementType.F32, [Samples, Steps, Columns])));
            var y = builder.AddAll("state", op, [x, GraphBuilder.Constant("r", R, Columns, Hidden), null, null, null, null, null],
                cell == RecurrentCell.Lstm ? ["all", "last", "cells"] : ["all", "last"])[0];
            _graph = builder.Build([builder.Add("y", new Transpose([1, 0, 2]), y)], []);
            _executor = new TorchExecutor(_graph);
            var samples = new SampleSet(new Dictionary<string, Tensor> { ["x"] = Tensor.Create(_x, Samples, Steps, Columns) }, null, null,
                Samples) { GroupSize = Samples };
            _batches = [.. Batch.Split(_graph, samples, 1)];
            _ranges = RangeCalibration.Collect(ActivationRanges.MinMax, _executor, _graph, _batches.Select(b => b.Inputs));
            _node = _graph.QuantizableNodes.Single();
        }

        public int Columns { get; }

        public float[] R { get; }

        public ActivationRange Range => _ranges[_node];

        public float[] Step(int sample, int step) => _x[(((sample * Steps) + step) * Columns)..(((sample * Steps) + step + 1) * Columns)];

        public double Estimate(Estimator kind, PrecisionConfig precision) =>
            SensitivityEstimation.Estimate(kind, _executor, _graph, _batches, LossKind.Output, _ranges, _ => [precision])[_node, precision];
    }
}
