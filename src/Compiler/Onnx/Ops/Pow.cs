using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// y = aᵇ in the type of a. Opset 7 (broadcasting), 12 (exponents of another type), 13, 15 (bf16). Integers to float powers are computed in
/// fp64.
/// </summary>
internal static class Pow
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var formula = new Formula(node);
        var @base = node.Require(node.Input(0), ElementType.F32, ElementType.F64, ElementType.I32, ElementType.I64);
        var exponent = Elementwise.RequireNumber(node, node.Input(1));
        var type = @base.Type.Element.IsInteger() && exponent.Type.Element.IsFloat() ? ElementType.F64 : @base.Type.Element;
        var power = formula.Apply(BinaryKind.Pow, formula.Cast(@base, type), formula.Cast(exponent, type));
        return [formula.Result(formula.Cast(power, @base.Type.Element))];
    }
}
