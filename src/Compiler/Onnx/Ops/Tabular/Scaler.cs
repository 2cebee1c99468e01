using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>(x − offset) · scale, each one number for all columns or one for each; the result is fp32.</summary>
internal static class Scaler
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (f, given) = (new Formula(node), FeatureRows.Number(node));
        var x = given.Type.Element == ElementType.F64 ? given : f.Cast(given, ElementType.F32);
        float[] offset = Coefficients.Optional(node, "offset"), scale = Coefficients.Optional(node, "scale");
        var moved = offset.Length == 0 ? x : f.Sub(x, Vector(node, f, "offset", offset, x));
        var result = scale.Length == 0 ? moved : f.Mul(moved, Vector(node, f, "scale", scale, x));
        return result.Shape.SequenceEqual(x.Shape) ? [f.Result(f.Cast(result, ElementType.F32))]
            : throw node.Invalid($"{Counted.Format(offset.Length, "offset")} and {Counted.Format(scale.Length, "scale")} "
                + $"do not fit the columns of {x.Type}");
    }

    private static Value Vector(OnnxNode node, Formula f, string part, float[] numbers, Value x) =>
        f.Cast(Coefficients.Vector(node, part, numbers), x.Type.Element);
}
