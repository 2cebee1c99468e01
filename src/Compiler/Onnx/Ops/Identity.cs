using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>The input itself. Opset 1, 13, 14 (sequences), 16 (optionals), 19, 21.</summary>
internal static class Identity
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => [node.Input(0)];
}
