using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = x · σ(alpha · x), alpha 1 when absent. Opset 24.</summary>
internal static class Swish
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        [node.Add(new Unary(new UnaryFunction(UnaryKind.Swish, node.Attributes.Float("alpha") ?? 1)), node.Input(0, ElementType.F32))];
}
