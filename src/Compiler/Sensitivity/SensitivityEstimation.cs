using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Precision;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = MixPrec.Compiler.Graphs.Tensor;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity;

/// <summary>
/// One backward pass of Σ g_r per batch gives ∂g_r/∂y of every op (samples are independent); every candidate's output error on the same fp32
/// inputs is weighed with it. Only sums are kept.
/// </summary>
internal static class SensitivityEstimation
{
    public static SensitivityTable Estimate(
        Estimator estimator, TorchExecutor executor, Graph graph, IEnumerable<Feed> batches, LossKind loss, RangeTable ranges, Func<Node, IReadOnlyList<PrecisionConfig>> candidates)
    {
        var sums = new Dictionary<(string, PrecisionConfig), double>();
        double squaredLoss = 0;
        long samples = 0;
        using var weights = new QuantizedConstants(executor);
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var kept = new List<(Node Node, TorchTensor X, TorchTensor Y)>();
            var values = executor.Run(batch.Inputs, (node, x, product) =>
            {
                var y = product.requires_grad ? product : product.requires_grad_();
                y.retain_grad();
                kept.Add((node, x.detach(), y));
                return y;
            });
            int count = batch.Samples.Count;
            var losses = TorchLoss.PerSample(loss, graph, values[graph.Outputs[0]], batch.Samples);
            squaredLoss += losses.detach().square().sum().item<float>();
            samples += count;
            losses.sum().backward();
            using var quiet = no_grad();
            foreach (var (node, x, y) in kept)
            {
                var exact = y.detach();
                // An op that the loss does not depend on has no gradient.
                var gradient = y.grad ?? zeros_like(y);
                foreach (var precision in candidates(node).Where(p => p != PrecisionConfig.F32))
                {
                    using var inner = NewDisposeScope();
                    var operand = precision.QuantizesLhs ? FakeQuantized(x, ranges[node].ToQuantization(precision.LhsMaximum)) : x;
                    var weighted = (executor.Product(node, operand, weights.Of(node, precision)) - exact) * gradient;
                    var bySample = weighted.reshape(count, -1);
                    var change = estimator == Estimator.Projected ? bySample.sum(1).square().sum() : bySample.square().sum();
                    sums[(node.Name, precision)] = sums.GetValueOrDefault((node.Name, precision)) + change.item<float>();
                }
            }
        }

        return new SensitivityTable(sums.ToDictionary(s => s.Key, s => s.Value / samples), squaredLoss / samples);
    }

    private static TorchTensor FakeQuantized(TorchTensor x, AffineQuantization grid) =>
        (((x / grid.Scale).round() + grid.ZeroPoint).clamp(0, grid.Maximum) - grid.ZeroPoint) * grid.Scale;
}
