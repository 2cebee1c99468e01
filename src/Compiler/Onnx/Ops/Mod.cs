using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>The rest of a division with the sign of the divisor, or with fmod that of the dividend. Opset 10, 13 (bf16).</summary>
internal static class Mod
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = Elementwise.RequireNumber(node, node.Input(0));
        bool fmod = node.Attributes.Flag("fmod");
        return !fmod && x.Type.Element.IsFloat() ? throw node.Invalid("floats need fmod") : Elementwise.Binary(node, fmod ? BinaryKind.Remainder : BinaryKind.Mod);
    }
}
