using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Onnx;

/// <summary>Who computes, reads and returns which value name of the file.</summary>
internal sealed class ValueNames
{
    private readonly HashSet<string> _computed;
    private readonly HashSet<string> _used;
    private readonly Dictionary<string, string> _aliases = [];

    public ValueNames(GraphProto graph)
    {
        var outputs = graph.Output.Select(o => o.Name).ToHashSet();
        GraphProto[] graphs = [.. WithBodies(graph)];
        _computed = [.. graphs.SelectMany(g => g.Node).SelectMany(n => n.Output)];
        _used = [.. graphs.SelectMany(g => g.Node).SelectMany(n => n.Input), .. graphs.SelectMany(g => g.Output).Select(o => o.Name)];
        _used.Remove("");

        // An output that only passes a value on gives it its name, so that no copy is needed.
        foreach (var node in graph.Node.Reverse().Where(n => n.OpType is "Identity" or "Dropout" && n.Input.Count > 0 && n.Output.Count > 0))
        {
            string name = NameOf(node.Output[0]);
            if (outputs.Contains(name) && !outputs.Contains(node.Input[0]))
            {
                _aliases.TryAdd(node.Input[0], name);
            }
        }
    }

    /// <summary>The graph and the bodies of its nodes: names are shared, for a body may read any value around it.</summary>
    private static IEnumerable<GraphProto> WithBodies(GraphProto graph) =>
        [graph, .. graph.Node.SelectMany(n => n.Attribute).Where(a => a.G is not null).SelectMany(a => WithBodies(a.G))];

    public bool IsComputed(string name) => _computed.Contains(name);

    public bool IsUsed(string name) => _used.Contains(name);

    public string NameOf(string name) => _aliases.GetValueOrDefault(name, name);
}
