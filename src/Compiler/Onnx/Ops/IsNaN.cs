using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>True where x differs from itself. Opset 9, 13 (bf16), 20.</summary>
internal static class IsNaN
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = Elementwise.RequireNumber(node, node.Input(0));
        var formula = new Formula(node);
        return [formula.Result(formula.Not(formula.Compare(CompareKind.Equal, x, x)))];
    }
}
