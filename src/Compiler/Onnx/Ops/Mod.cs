using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// The rest of a division with the sign of the divisor, or with fmod that of the dividend. Opset 10, 13 (bf16); floats are taken without
/// fmod too, as NumPy does.
/// </summary>
internal static class Mod
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        Elementwise.Binary(node, node.Attributes.Flag("fmod") ? BinaryKind.Remainder : BinaryKind.Mod);
}
