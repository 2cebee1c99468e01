using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;

namespace MixPrec.Fuzz.Networks;

/// <summary>
/// Where ONNX Runtime cannot be asked: integers divided by 0, and the least of them by −1, end its process, and it takes norms of integers
/// from squares that overflow. What the nodes read says which, and what is not known counts as that.
/// </summary>
internal static class MissingReference
{
    private static readonly string[] Kinds = ["Div", "Mod", "Normalizer"];

    /// <param name="read">The graph of a model for the inputs that it is compared on; null where it is refused.</param>
    public static bool In(ModelProto model, Func<ModelProto, Graph?> read)
    {
        NodeProto[] nodes = [.. NodesOf(model).Where(n => Kinds.Contains(n.OpType))];
        if (nodes.Length == 0)
        {
            return false;
        }

        if (nodes.Any(n => !model.Graph.Node.Contains(n)))
        {
            return true;
        }

        var asked = model.Clone();
        asked.Graph.Output.Clear();
        asked.Graph.Output.AddRange(nodes.SelectMany(n => n.Input).Where(i => i.Length > 0).Distinct()
            .Select(name => new ValueInfoProto { Name = name }));
        var values = read(asked)?.Outputs.ToDictionary(o => o.Name);
        return values is null || nodes.Any(n => n.Input.Contains("") || IsMissing(n, [.. n.Input.Select(i => values[i])]));
    }

    /// <summary>All nodes, those of bodies and functions among them.</summary>
    public static IEnumerable<NodeProto> NodesOf(ModelProto model) => NodesOf(model.Graph.Node)
        .Concat(model.Functions.SelectMany(f => NodesOf(f.Node)));

    private static IEnumerable<NodeProto> NodesOf(IEnumerable<NodeProto> nodes) => nodes.SelectMany(n =>
        n.Attribute.Where(a => a.G is not null).SelectMany(a => NodesOf(a.G.Node)).Prepend(n));

    private static bool IsMissing(NodeProto node, Value[] operands) => operands.Length > 0 && !operands[0].Type.Element.IsFloat()
        && (node.OpType == "Normalizer" || operands.Length < 2 || !IsSafe(operands[0].Constant, operands[1].Constant));

    private static bool IsSafe(Tensor? dividend, Tensor? divisor) => dividend is not null && divisor is not null
        && KnownValues.Numbers(divisor).All(d => d != 0)
        && (KnownValues.Numbers(divisor).All(d => d != -1) || KnownValues.Numbers(dividend).All(n => n > int.MinValue));
}
