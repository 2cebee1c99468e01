using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Unsigned integers times or divided by a power of two. Opset 11.</summary>
internal static class BitShift
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        return Elementwise.OfIntegers(node, node.Attributes.String("direction") switch
        {
            "LEFT" => BinaryKind.ShiftLeft,
            "RIGHT" => BinaryKind.ShiftRight,
            var other => throw node.Invalid($"direction '{PrintableName.Format(other ?? "")}' is unknown"),
        });
    }
}
