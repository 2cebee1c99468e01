using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Accumulation.Experiment;

/// <summary>Runs a network with its products by constant weights in emulated accumulators, everything else in fp32.</summary>
internal sealed class EmulatedNetwork
{
    private readonly TorchExecutor _executor;
    private readonly Graph _graph;
    private readonly Dictionary<Node, EmulatedLayer> _layers;
    private readonly Dictionary<Node, Products[]> _first = [];
    private Feed? _batch;

    /// <param name="exponent">For each product; see <see cref="EmulatedLayer"/>.</param>
    public EmulatedNetwork(Graph graph, TorchExecutor executor, Func<Node, int> exponent)
    {
        (_graph, _executor) = (graph, executor);
        _layers = graph.QuantizableNodes.Where(n => n.HasConstantWeights()).ToDictionary(n => n, n => new EmulatedLayer(n, exponent(n)));
    }

    /// <summary>
    /// For each product the power of two that brings the largest fp32 result on the samples to at most half of the format's range: as large
    /// as it goes, for below the normal numbers relative precision is lost.
    /// </summary>
    public static Dictionary<Node, int> Exponents(TorchExecutor executor, Feed samples, FloatFormat format)
    {
        var exponents = new Dictionary<Node, int>();
        using var scope = torch.NewDisposeScope();
        using var quiet = torch.no_grad();
        executor.Run(samples.Inputs, (node, _, _, product) =>
        {
            exponents[node] = Math.ILogB(format.Largest / 2 / Math.Max(product.abs().max().item<float>(), 1e-6f));
            return product;
        });
        return exponents;
    }

    /// <summary>The first output [samples, ...].</summary>
    /// <param name="accumulate">The values [rows, channels] of a group of a layer; null leaves the layer in fp32.</param>
    public Tensor Run(Feed batch, Func<EmulatedLayer, int, Products, float[]?> accumulate)
    {
        using var scope = torch.NewDisposeScope();
        using var quiet = torch.no_grad();
        return _executor.Run(batch.Inputs, (node, x, _, product) =>
        {
            if (!_layers.TryGetValue(node, out var layer))
            {
                return product;
            }

            var values = ProductsOf(layer, x, batch).Select((p, group) => accumulate(layer, group, p)).ToArray();
            return values.Contains(null) ? product : layer.Joined(values!, product);
        })[0].ToTensor();
    }

    /// <summary>What reads the network's input has the same operands in every run of a batch; its products are kept.</summary>
    private Products[] ProductsOf(EmulatedLayer layer, TorchTensor x, Feed batch)
    {
        if (!ReferenceEquals(batch, _batch))
        {
            _first.Clear();
            _batch = batch;
        }

        return !_graph.Inputs.Contains(layer.Node.Input(0)) ? layer.Of(x)
            : _first.TryGetValue(layer.Node, out var known) ? known : _first[layer.Node] = layer.Of(x);
    }
}
