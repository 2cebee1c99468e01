using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>ln Σ eˣ over axes as m + ln Σ eˣ⁻ᵐ with the maximum m, which does not overflow. Opset 1, 11, 13, 18.</summary>
internal static class ReduceLogSumExp
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var formula = new Formula(node);
        var type = Elementwise.RequireFactor(node, node.Input(0)).Type.Element;
        var x = Reduction.Real(formula, node.Input(0));
        var (axes, keep) = Reduction.Axes(node, x.Rank, axesAreInputSince: 18);
        if (axes is null)
        {
            return [formula.Result(formula.Cast(x, type))];
        }

        // Kept finite: the difference of equal infinities would be NaN, where the sum of e^−∞ is 0 and its logarithm −∞.
        double largest = x.Type.Element == ElementType.F64 ? double.MaxValue : float.MaxValue;
        var max = formula.Apply(BinaryKind.Min, formula.Reduce(ReduceKind.Max, x, axes), formula.Number(largest, x.Type.Element));
        max = formula.Apply(BinaryKind.Max, max, formula.Number(-largest, x.Type.Element));
        var sum = formula.Reduce(ReduceKind.Sum, formula.Apply(UnaryKind.Exp, formula.Sub(x, max)), axes);
        var result = formula.Cast(formula.Add(formula.Apply(UnaryKind.Log, sum), max), type);
        return [formula.Result(keep ? result : formula.Reshape(result, result.Shape.Where((_, d) => !axes.Contains(d))))];
    }
}
