using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = x/2 · (1 + erf(x/√2)), or its approximation by tanh. Opset 20.</summary>
internal static class Gelu
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        Elementwise.Unary(node, new UnaryFunction(node.Attributes.String("approximate") switch
    {
        null or "none" => UnaryKind.Gelu,
        "tanh" => UnaryKind.GeluTanh,
        var other => throw node.Invalid($"approximate '{PrintableName.Format(other)}' is unknown"),
    }));
}
