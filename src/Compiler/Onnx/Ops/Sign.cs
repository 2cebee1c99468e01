using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>−1, 0 or 1; of integers x between −1 and 1. Opset 9, 13 (bf16).</summary>
internal static class Sign
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (f, x) = (new Formula(node), node.Input(0));
        var type = x.Type.Element;
        if (!type.IsInteger())
        {
            return Elementwise.Unary(node, new UnaryFunction(UnaryKind.Sign));
        }

        var least = f.Apply(BinaryKind.Min, Elementwise.RequireInteger(node, x), f.Number(1, type));
        return [type is ElementType.U8 or ElementType.U16 or ElementType.U32 or ElementType.U64 ? f.Result(least)
            : node.Add(new Binary(BinaryKind.Max), least, f.Number(-1, type))];
    }
}
