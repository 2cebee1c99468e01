using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = |x|; of integers as max(x, 0 − x). Opset 6, 13 (bf16).</summary>
internal static class Abs
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = Elementwise.RequireNumber(node, node.Input(0));
        return !x.Type.Element.IsInteger() ? Elementwise.Unary(node, new UnaryFunction(UnaryKind.Abs))
            : [node.Add(new Binary(BinaryKind.Max), x, node.AddPart("negative", new Binary(BinaryKind.Sub), node.Constant("zero", Tensor.Zeros(x.Type.Element)), x))];
    }
}
