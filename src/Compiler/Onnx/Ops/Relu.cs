using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = max(x, 0). Opset 6, 13 (bf16), 14 (integers).</summary>
internal static class Relu
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = Elementwise.RequireNumber(node, node.Input(0));
        return x.Type.Element == ElementType.F32 ? Elementwise.Unary(node, new UnaryFunction(UnaryKind.Relu))
            : [node.Add(new Binary(BinaryKind.Max), x, node.Constant("zero", Tensor.Zeros(x.Type.Element)))];
    }
}
