using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// clamp(round(x / scale) + zero point) to 2, 4, 8 or 16 bits or to a float of 8 bits and fewer: one scale, one for each position along an
/// axis, or one for each block. Opset 10, 13 (axis), 19, 21 (blocks, 16 bits), 23, 24, 25.
/// </summary>
internal static class QuantizeLinear
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        node.Attributes.Ignore("precision");
        var f = new Formula(node);
        var x = f.Cast(node.Require(node.Input(0), ElementType.F32, ElementType.F16, ElementType.BF16, ElementType.I32), ElementType.F32);
        var zero = node.InputOrNull(2);
        long code = node.Attributes.Int("output_dtype") ?? 0;
        var type = zero?.Type.Element
            ?? (code == 0 ? ElementType.U8 : OnnxElementType.FromCode(code)
            ?? throw node.NotSupported($"element type {OnnxElementType.NameOf(code)}"));
        var quotient = f.Div(x, Quantization.Spread(node, f, f.RequiredSingle(1), x));
        return [f.Result(Quantization.ToCodes(node, f, quotient, zero is null ? null : Quantization.Spread(node, f, zero, x), type))];
    }
}
