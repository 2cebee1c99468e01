using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Product of 8-bit codes with scales, as codes of the result: the sums are exact integers. Opset 10, 21 (scales of other types).
/// </summary>
internal static class QLinearMatMul
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var a = Quantization.Centered(node, f, node.Input(0), OfRows(f, node.Input(2)));
        var b = Quantization.Centered(node, f, node.Input(3), node.Input(5));
        var sums = f.Cast(IntegerProducts.MatMul(node, f, a, b), ElementType.F32);
        var factor = f.Div(f.Mul(OfRows(f, f.RequiredSingle(1))!, f.RequiredSingle(4)), f.RequiredSingle(6));
        return [f.Result(Quantization.ToCodes(node, f, f.Mul(sums, factor), node.Input(7), node.Input(7).Type.Element))];
    }

    /// <summary>One number for each row is a column; one number stays a number.</summary>
    public static Value? OfRows(Formula f, Value? parameter) =>
        parameter is not { Rank: 1 } ? parameter : f.Reshape(parameter, parameter.Shape[0], 1);
}
