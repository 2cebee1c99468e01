using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// What the operators share that write updates at indices: how an update meets what lies there, and single elements along an axis.
/// </summary>
internal static class Scattering
{
    public static IReadOnlyList<Value> Elements(OnnxNode node)
    {
        var join = Join(node);
        var (x, indices) = (node.Input(0), node.Require(node.Input(1), ElementType.I64, ElementType.I32));
        return [Written(node, new ScatterElements(node.Axis(node.Attributes.Int("axis") ?? 0, x.Rank), join), join, indices)];
    }

    /// <summary>The updates (input 2) in x (input 0); 16-bit floats are joined in single precision, so that each is rounded once.</summary>
    public static Value Written(OnnxNode node, Op op, BinaryKind? join, Value indices)
    {
        var (f, x, updates) = (new Formula(node), node.Input(0), node.Input(2));
        return join is null || x.Type.Element is not (ElementType.F16 or ElementType.BF16) ? node.Add(op, x, indices, updates)
            : f.Result(f.Cast(node.AddPart("single", op, f.Cast(x, ElementType.F32), indices, f.Cast(updates, ElementType.F32)),
                x.Type.Element));
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
            _ => throw node.Invalid($"reduction '{PrintableName.Format(reduction)}' is unknown"),
        };
        if (join is not null && node.Input(0).Type.Element != ElementType.BF16)
        {
            Elementwise.RequireNumber(node, node.Input(0));
        }

        return join;
    }
}
