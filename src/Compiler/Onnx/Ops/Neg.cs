using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = −x; of doubles as x · (−1), which keeps the sign of zero, and of integers as 0 − x. Opset 6, 13 (bf16).</summary>
internal static class Neg
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (f, x) = (new Formula(node), Elementwise.RequireNumber(node, node.Input(0)));
        return x.Type.Element switch
        {
            ElementType.F32 => Elementwise.Unary(node, new UnaryFunction(UnaryKind.Neg)),
            ElementType.F64 => [node.Add(new Binary(BinaryKind.Mul), x, f.Number(-1, ElementType.F64))],
            var integer => [node.Add(new Binary(BinaryKind.Sub), f.Zero(integer), x)],
        };
    }
}
