using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// (code − zero point) · scale of integers of up to 32 bits and of floats of 8 bits and fewer. Opset 10, 13 (axis), 19, 21 (blocks, 16
/// bits), 23, 24, 25.
/// </summary>
internal static class DequantizeLinear
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var x = node.Input(0);
        var exact = x.Type.Element.IsFloatCode() ? ElementType.F32 : ElementType.I32;
        if (exact == ElementType.I32)
        {
            node.Require(x, ElementType.U8, ElementType.I8, ElementType.U16, ElementType.I16, ElementType.I32, ElementType.U4,
                ElementType.I4, ElementType.U2, ElementType.I2);
        }

        long code = node.Attributes.Int("output_dtype") ?? 0;
        var type = code == 0 ? node.Input(1).Type.Element : OnnxElementType.FromCode(code)
            ?? throw node.NotSupported($"element type {OnnxElementType.NameOf(code)}");
        var numbers = f.Cast(x, exact);
        numbers = node.InputOrNull(2) is { } zero ? f.Sub(numbers, f.Cast(Quantization.Spread(node, f, zero, x), exact)) : numbers;
        var y = f.Result(f.Cast(f.Mul(f.Cast(numbers, ElementType.F32), Quantization.Spread(node, f, f.RequiredSingle(1), x)), type));
        return [y.Constant is { Type: ElementType.F32 } known && Quantization.Scales(node, x) is { } scales
            ? GraphBuilder.Constant(y.Name, known, scales) : y];
    }
}
