using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = x · σ(alpha · x), alpha 1 when absent. Opset 24.</summary>
internal static class Swish
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0, ElementType.F32));
        float alpha = node.Attributes.Float("alpha") ?? 1;
        var gate = formula.Apply(UnaryKind.Sigmoid, alpha == 1 ? x : formula.Mul(x, formula.Number(alpha)));
        return [node.Add(new Binary(BinaryKind.Mul), x, gate)];
    }
}
