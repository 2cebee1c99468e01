using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Mean of all inputs with broadcasting. Opset 8, 13 (bf16).</summary>
internal static class Mean
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var formula = new Formula(node);
        var sum = Variadic.Join(node, formula, BinaryKind.Add);
        return [formula.Result(formula.Div(sum, formula.Number(node.InputCount, sum.Type.Element)))];
    }
}
