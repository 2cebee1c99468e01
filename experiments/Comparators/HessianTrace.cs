using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Experiments.Comparators;

/// <summary>
/// The price of a layer in HAWQ-V2 (arXiv 1911.03852): the mean eigenvalue of the loss's Hessian in its weights times the squared change of
/// these weights. The trace is estimated by Hutchinson: E[vᵀHv] over signs v drawn at random.
/// </summary>
internal sealed class HessianTrace(TorchExecutor executor, Graph graph, LossKind loss)
{
    /// <summary>By the name of each layer with constant weights.</summary>
    /// <param name="probes">Vectors v for each batch.</param>
    public IReadOnlyDictionary<string, double> Prices(IReadOnlyList<Batch> batches, RangeTable ranges, PrecisionConfig precision,
        int probes)
    {
        Node[] layers = [.. graph.QuantizableNodes.Where(n => n.HasConstantWeights())];
        TorchTensor[] weights = [.. layers.Select(n => executor.Constant(n.Input(1)).requires_grad_(true))];
        double[] traces = new double[layers.Length];
        using var signs = new TorchSharp.torch.Generator(3);
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var mean = TorchLoss.PerSample(loss, graph, executor.Run(batch.Inputs)[0], batch.Samples).mean();
            // Unlike PyTorch, TorchSharp does not keep what it makes a graph of.
            var gradients = autograd.grad([mean], weights, retain_graph: true, create_graph: true);
            for (int probe = 0; probe < probes; probe++)
            {
                TorchTensor[] drawn = [.. weights.Select(w =>
                    randint(0, 2, w.shape, generator: signs, dtype: ScalarType.Float32).mul(2).sub(1))];
                var along = gradients.Zip(drawn, (g, v) => (g * v).sum()).Aggregate((a, b) => a + b);
                var products = autograd.grad([along], weights, retain_graph: true);
                for (int i = 0; i < traces.Length; i++)
                {
                    traces[i] += (products[i] * drawn[i]).sum().item<float>() / probes / batches.Count;
                }
            }
        }

        using var quiet = no_grad();
        return layers.Zip(weights, traces).ToDictionary(l => l.First.Name, l =>
        {
            using var inner = NewDisposeScope();
            l.Second.requires_grad_(false);
            var rounding = ranges.Rounding(l.First, precision.Storage);
            double change = (QuantizedConstants.Decoded(l.First, precision.Storage, rounding) - l.Second.detach())
                .square().sum().item<float>();

            // A saddle would make errors pay.
            return Math.Max(0, l.Third / l.Second.numel()) * change;
        });
    }
}
