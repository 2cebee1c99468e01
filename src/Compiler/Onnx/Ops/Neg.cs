using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = −x; other types than fp32 as 0 − x, which is the same but for the sign of zero. Opset 6, 13 (bf16).</summary>
internal static class Neg
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = Elementwise.RequireNumber(node, node.Input(0));
        return x.Type.Element == ElementType.F32 ? Elementwise.Unary(node, new UnaryFunction(UnaryKind.Neg))
            : [node.Add(new Binary(BinaryKind.Sub), node.Constant("zero", Tensor.Zeros(x.Type.Element)), x)];
    }
}
