using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// A cache with the update of each batch written at a position of its own along an axis; circular ones go on at the beginning. Opset 24.
/// </summary>
internal static class TensorScatter
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (f, cache, update) = (new Formula(node), node.Input(0), node.Input(1));
        int axis = node.Axis(node.Attributes.Int("axis") ?? -2, cache.Rank);
        string mode = node.Attributes.String("mode") ?? "linear";
        if (mode is not ("linear" or "circular") || axis == 0 || update.Rank != cache.Rank)
        {
            throw node.Invalid($"{update.Type} cannot be written to {cache.Type} along axis {axis} in mode '{PrintableName.Format(mode)}'");
        }

        var positions = f.Positions(update.Shape[axis], axis, cache.Rank);
        if (node.InputOrNull(2) is { } given)
        {
            positions = f.Add(f.Along(node.Require(given, ElementType.I64), 0, cache.Rank), positions);
        }

        if (mode == "circular")
        {
            positions = f.Apply(BinaryKind.Mod, positions, GraphBuilder.Integers("size", [cache.Shape[axis]], scalar: true));
        }

        return [node.Add(new Graphs.Ops.ScatterElements(axis, null), cache, f.Expand(positions, update.Shape), update)];
    }
}
