using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Converts elements to another type. Opset 6, 9 (strings), 13 (bf16), 19 (8-bit floats, saturate), 21, 23, 24 (round_mode): both attributes concern 8-bit floats only.</summary>
internal static class Cast
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        node.Attributes.Ignore("saturate", "round_mode");
        var x = node.Input(0);
        long code = node.Attributes.Int("to") ?? throw node.Invalid("attribute 'to' is missing");
        var to = OnnxElementType.FromCode(code) ?? throw node.NotSupported($"element type {OnnxElementType.NameOf(code)}");
        return [to == x.Type.Element ? x : node.Add(new Graphs.Ops.Cast(to), x)];
    }
}
