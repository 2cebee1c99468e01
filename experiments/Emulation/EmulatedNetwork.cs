using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Experiments.Emulation;

/// <summary>Runs a network with some of its products in emulated accumulators, everything else in fp32.</summary>
internal sealed class EmulatedNetwork
{
    private readonly TorchExecutor _executor;
    private readonly Dictionary<Node, EmulatedLayer> _layers;
    private readonly HashSet<Node> _first;
    private readonly Dictionary<Node, Products[]> _known = [];
    private Batch? _batch;

    /// <param name="nodes">The products that are emulated.</param>
    /// <param name="exponent">For each of them; see <see cref="Products"/>.</param>
    public EmulatedNetwork(Graph graph, TorchExecutor executor, IEnumerable<Node> nodes, Func<Node, int> exponent)
    {
        _executor = executor;
        _layers = nodes.ToDictionary(n => n, n => EmulatedLayer.FromNode(graph, n, exponent(n)));
        _first = First(graph);
    }

    /// <summary>
    /// For each product the power of two that brings the largest fp32 result on the samples to at most half of the format's range: as large
    /// as it goes, for below the normal numbers relative precision is lost.
    /// </summary>
    public static Dictionary<Node, int> Exponents(TorchExecutor executor, Batch samples, FloatFormat format)
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
    public Tensor Run(Batch batch, Func<EmulatedLayer, int, Products, float[]?> accumulate)
    {
        using var scope = torch.NewDisposeScope();
        using var quiet = torch.no_grad();
        return _executor.Run(batch.Inputs, (node, lhs, rhs, product) =>
        {
            if (!_layers.TryGetValue(node, out var layer))
            {
                return product;
            }

            var values = ProductsOf(layer, lhs, rhs, batch).Select((p, group) => accumulate(layer, group, p)).ToArray();
            return values.Contains(null) ? product : layer.Joined(values!, product);
        })[0].ToTensor();
    }

    /// <summary>What no emulated product comes before has the same operands in every run of a batch; its products are kept.</summary>
    private Products[] ProductsOf(EmulatedLayer layer, TorchTensor lhs, TorchTensor rhs, Batch batch)
    {
        if (!ReferenceEquals(batch, _batch))
        {
            _known.Clear();
            _batch = batch;
        }

        return !_first.Contains(layer.Node) ? layer.Multiply(lhs, rhs)
            : _known.TryGetValue(layer.Node, out var known) ? known : _known[layer.Node] = layer.Multiply(lhs, rhs);
    }

    /// <summary>The emulated products that read no value behind another.</summary>
    private HashSet<Node> First(Graph graph)
    {
        var first = new HashSet<Node>();
        var behind = new HashSet<Value>();
        foreach (var node in graph.Nodes)
        {
            bool emulated = _layers.ContainsKey(node), follows = node.Inputs.Any(i => i is not null && behind.Contains(i));
            if (emulated && !follows)
            {
                first.Add(node);
            }

            if (emulated || follows)
            {
                behind.UnionWith(node.Outputs);
            }
        }

        return first;
    }
}
