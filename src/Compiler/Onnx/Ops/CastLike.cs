using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Converts elements to the type of another tensor. Opset 15, 19 (saturate), 21, 23, 24.</summary>
internal static class CastLike
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (x, to) = (node.Input(0), node.Input(1).Type.Element);
        return Conversion.Convert(node, x, to);
    }
}
