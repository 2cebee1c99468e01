using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Converts elements to another type. Opset 6, 9 (strings), 13 (bf16), 19 (8-bit floats, saturate), 21, 23, 24 (round_mode), 25 (2 bits).
/// </summary>
internal static class Cast
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0);
        long code = node.Attributes.Int("to") ?? throw node.Invalid("attribute 'to' is missing");
        var to = OnnxElementType.FromCode(code) ?? throw node.NotSupported($"element type {OnnxElementType.NameOf(code)}");
        return to == x.Type.Element ? [x] : Conversion.Convert(node, x, to);
    }
}
