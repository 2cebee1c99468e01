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
        _computed = [.. graph.Node.SelectMany(n => n.Output)];
        _used = [.. graph.Node.SelectMany(n => n.Input), .. outputs];
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

    public bool IsComputed(string name) => _computed.Contains(name);

    public bool IsUsed(string name) => _used.Contains(name);

    public string NameOf(string name) => _aliases.GetValueOrDefault(name, name);
}
