using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>(code − zero point) · scale of codes of 8, 16 or 32 bits. Opset 10, 13 (axis), 19, 21 (blocks, 16 bits), 23, 24, 25.</summary>
internal static class DequantizeLinear
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var x = node.Require(node.Input(0), ElementType.U8, ElementType.I8, ElementType.U16, ElementType.I16, ElementType.I32);
        long code = node.Attributes.Int("output_dtype") ?? 0;
        var type = code == 0 ? node.Input(1).Type.Element : OnnxElementType.FromCode(code) ?? throw node.NotSupported($"element type {OnnxElementType.NameOf(code)}");
        var numbers = f.Cast(x, ElementType.I32);
        numbers = node.InputOrNull(2) is { } zero ? f.Sub(numbers, f.Cast(Quantization.Spread(node, f, zero, x), ElementType.I32)) : numbers;
        return [f.Result(f.Cast(f.Mul(f.Cast(numbers, ElementType.F32), Quantization.Spread(node, f, f.RequiredSingle(1), x)), type))];
    }
}
