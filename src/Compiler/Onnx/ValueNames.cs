using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Onnx;

/// <summary>Who computes, reads and returns which value name of the file's graph, or of one of its local functions.</summary>
internal sealed class ValueNames
{
    private readonly HashSet<string> _computed;
    private readonly HashSet<string> _used;
    private readonly Dictionary<string, string> _aliases = [];

    /// <summary>Of a local function: whether its outputs are read is known where it is called.</summary>
    public ValueNames(FunctionProto function)
        : this(function.Node, [])
    {
    }

    public ValueNames(GraphProto graph)
        : this(graph.Node, graph.Output.Select(o => o.Name))
    {
        var outputs = graph.Output.Select(o => o.Name).ToHashSet();

        // An output that only passes a value on gives it its name, so that no copy is needed.
        foreach (var node in graph.Node.Reverse().Where(n => n.OpType is "Identity" or "Dropout" && n.Input.Count > 0
            && n.Output.Count > 0))
        {
            string name = NameOf(node.Output[0]);
            if (outputs.Contains(name) && !outputs.Contains(node.Input[0]))
            {
                _aliases.TryAdd(node.Input[0], name);
            }
        }
    }

    private ValueNames(IReadOnlyList<NodeProto> nodes, IEnumerable<string> outputs)
    {
        GraphProto[] bodies = [.. Bodies(nodes)];
        NodeProto[] all = [.. nodes, .. bodies.SelectMany(b => b.Node)];
        _computed = [.. all.SelectMany(n => n.Output)];
        _used = [.. all.SelectMany(n => n.Input), .. outputs, .. bodies.SelectMany(b => b.Output).Select(o => o.Name)];
        _used.Remove("");
    }

    /// <summary>The bodies of the nodes: names are shared, for a body may read any value around it.</summary>
    private static IEnumerable<GraphProto> Bodies(IEnumerable<NodeProto> nodes) =>
        nodes.SelectMany(n => n.Attribute).Where(a => a.G is not null).SelectMany(a => Bodies(a.G.Node).Prepend(a.G));

    public bool IsComputed(string name) => _computed.Contains(name);

    public bool IsUsed(string name) => _used.Contains(name);

    public string NameOf(string name) => _aliases.GetValueOrDefault(name, name);
}
