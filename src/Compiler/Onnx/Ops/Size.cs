using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>The number of elements. Opset 1, 13, 19…25.</summary>
internal static class Size
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        [GraphBuilder.Integers(node.OutputName(0), [node.Input(0).Type.Length], scalar: true)];
}
