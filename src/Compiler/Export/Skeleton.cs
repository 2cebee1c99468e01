using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Export;

/// <summary>
/// The nodes that an exported model has: layers as the compiler sees them, with everything that was folded into their weights, and all else
/// as the file has it, under the names of the file.
/// </summary>
internal sealed class Skeleton
{
    /// <summary>Types of attributes in the file format.</summary>
    private const int Integer = 2, Integers = 7;

    private readonly GraphProto _file;
    private readonly Dictionary<string, NodeProto> _producers = [];
    private readonly Dictionary<string, Node> _layers;
    private readonly HashSet<string> _given;

    private readonly List<SkeletonNode> _nodes = [];
    private readonly List<TensorProto> _constants = [];
    private readonly HashSet<string> _done = [];

    /// <param name="layers">To be computed in bytes; those whose input is no value of the file are left as they are.</param>
    public Skeleton(GraphProto file, IEnumerable<Node> layers)
    {
        _file = file;
        foreach (var node in file.Node)
        {
            foreach (string output in node.Output.Where(o => o.Length > 0))
            {
                _producers.TryAdd(output, node);
            }
        }

        _given = [.. file.Input.Select(i => i.Name), .. file.Initializer.Select(i => i.Name),
            .. file.SparseInitializer.Select(i => i.Values.Name)];
        var candidates = layers.ToArray();
        HashSet<string> known = [.. _given, .. _producers.Keys, .. candidates.Select(l => l.Output.Name)];
        _layers = candidates.Where(l => known.Contains(l.Input(0).Name)
            && (!l.MultipliesActivations() || known.Contains(l.Input(1).Name))).DistinctBy(l => l.Output.Name)
            .ToDictionary(l => l.Output.Name);
        foreach (var output in file.Output)
        {
            Add(output.Name);
        }
    }

    /// <summary>In an order in which they can run.</summary>
    public IReadOnlyList<SkeletonNode> Nodes => _nodes;

    /// <summary>What layers read besides their weights, in fp32: biases of products with more than two dimensions.</summary>
    public IReadOnlyList<TensorProto> Constants => _constants;

    /// <summary>The values around a body that its nodes read.</summary>
    public static IEnumerable<string> Captured(NodeProto node) =>
        node.Attribute.Where(a => a.G is not null).SelectMany(a => a.G.Node.SelectMany(n => n.Input.Concat(Captured(n)))
            .Concat(a.G.Output.Select(o => o.Name)));

    /// <summary>Adds what computes a value, after what that reads. A stack of its own: models may be deeper than the thread's.</summary>
    private void Add(string name)
    {
        var open = new Stack<(string Name, bool Ready)>([(name, false)]);
        while (open.TryPop(out var next))
        {
            bool isLayer = _layers.TryGetValue(next.Name, out var layer);
            NodeProto? node = null;
            if (next.Name.Length == 0 || _done.Contains(next.Name)
                || (!isLayer && (_given.Contains(next.Name) || !_producers.TryGetValue(next.Name, out node))))
            {
                continue;
            }

            if (next.Ready)
            {
                Append(layer, node);
                continue;
            }

            open.Push((next.Name, true));
            foreach (string input in isLayer ? Activations(layer!) : node!.Input.Concat(Captured(node)))
            {
                open.Push((input, false));
            }
        }
    }

    private static IEnumerable<string> Activations(Node layer) =>
        layer.MultipliesActivations() ? [layer.Input(0).Name, layer.Input(1).Name] : [layer.Input(0).Name];

    private void Append(Node? layer, NodeProto? node)
    {
        if (layer is null)
        {
            _done.UnionWith(node!.Output);
            _nodes.Add(new SkeletonNode(node.Clone()));
            return;
        }

        string output = layer.Output.Name;
        _done.Add(output);
        var bias = layer.InputOrNull(2);
        bool isMatrix = layer.Op is MatMul && layer.Input(0).Rank == 2 && !layer.MultipliesActivations();
        bool addsBias = bias is not null && layer.Op is MatMul && !isMatrix;
        var proto = new NodeProto
        {
            Name = layer.Name,
            OpType = layer.Op is Conv ? "Conv" : isMatrix ? "Gemm" : "MatMul",
            Input = { layer.Input(0).Name, layer.MultipliesActivations() ? layer.Input(1).Name : layer.Name + "/weights" },
            Output = { addsBias ? layer.Name + "/product" : output },
        };
        if (layer.Op is Conv conv)
        {
            proto.Attribute.AddRange(Attributes(conv, layer.Input(1).Shape.Skip(2).Select(d => d.Value)));
        }

        if (bias is not null && !addsBias)
        {
            proto.Input.Add(layer.Name + "/bias");
        }

        _nodes.Add(new SkeletonNode(proto, layer));
        if (addsBias)
        {
            _constants.Add(TensorWriter.ToProto(layer.Name + "/bias", bias!.Constant!));
            _nodes.Add(new SkeletonNode(new NodeProto { Name = layer.Name + "/add", OpType = "Add",
                Input = { layer.Name + "/product", layer.Name + "/bias" }, Output = { output } }));
        }
    }

    private static IEnumerable<AttributeProto> Attributes(Conv conv, IEnumerable<long> kernel) =>
    [
        All("kernel_shape", kernel), All("strides", conv.Strides.Select(s => (long)s)),
        All("pads", conv.PadsBegin.Concat(conv.PadsEnd).Select(p => (long)p)), All("dilations", conv.Dilations.Select(d => (long)d)),
        new AttributeProto { Name = "group", Type = Integer, I = conv.Groups },
    ];

    private static AttributeProto All(string name, IEnumerable<long> values) =>
        new() { Name = name, Type = Integers, Ints = { values } };
}
