using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// The different elements, or slices along an axis, where each comes first, which one each is, and how often each comes. Opset 11.
/// </summary>
internal static class Unique
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0));
        bool sorted = node.Attributes.Flag("sorted", absent: true);
        var axis = node.Attributes.Int("axis");
        if (axis is null)
        {
            x = formula.Reshape(x, x.Type.Length);
        }

        int along = node.Axis(axis ?? 0, x.Rank);
        var found = node.AddParts("positions", new Graphs.Ops.Unique(node.Count(0, x.Shape[along]), along, sorted), [x]);
        return [formula.Result(formula.Gather(x, found[0], along)), .. found];
    }
}
