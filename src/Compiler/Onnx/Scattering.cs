using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>What the operators share that write updates at indices: how an update meets what lies there, and single elements along an axis.</summary>
internal static class Scattering
{
    public static IReadOnlyList<Value> Elements(OnnxNode node)
    {
        var join = Join(node);
        var (x, indices) = (node.Input(0), node.Require(node.Input(1), ElementType.I64, ElementType.I32));
        return [node.Add(new ScatterElements(node.Axis(node.Attributes.Int("axis") ?? 0, x.Rank), join), x, indices, node.Input(2))];
    }

    /// <summary>The function that joins; null where the update replaces.</summary>
    public static BinaryKind? Join(OnnxNode node)
    {
        string? reduction = node.Opset < 16 ? null : node.Attributes.String("reduction");
        BinaryKind? join = reduction switch
        {
            null or "none" => null,
            "add" => BinaryKind.Add,
            "mul" => BinaryKind.Mul,
            "max" when node.Opset >= 18 => BinaryKind.Max,
            "min" when node.Opset >= 18 => BinaryKind.Min,
            _ => throw node.Invalid($"reduction '{PrintableName.Of(reduction)}' is unknown"),
        };
        if (join is not null)
        {
            Elementwise.RequireNumber(node, node.Input(0));
        }

        return join;
    }
}
