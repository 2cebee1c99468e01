using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = |x|; of signed integers as max(x, 0 − x). Opset 6, 13 (bf16).</summary>
internal static class Abs
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (f, x) = (new Formula(node), Elementwise.RequireNumber(node, node.Input(0)));
        return x.Type.Element switch
        {
            ElementType.U8 or ElementType.U16 or ElementType.U32 or ElementType.U64 => [f.Result(x)],
            var type when type.IsInteger() => [node.Add(new Binary(BinaryKind.Max), x, f.Sub(f.Zero(type), x))],
            _ => Elementwise.Unary(node, new UnaryFunction(UnaryKind.Abs)),
        };
    }
}
