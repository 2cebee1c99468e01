using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// The form that the Reduce operators share: before(x), a reduction over axes, after(y). Opset 1, 11 (negative axes), 18 (axes are an
/// input, noop_with_empty_axes; ReduceSum since 13).
/// </summary>
internal static class Reduction
{
    /// <param name="axesAreInputSince">The opset in which the axes became an input.</param>
    public static IReadOnlyList<Value> Import(OnnxNode node, ReduceKind function, int axesAreInputSince = 18) =>
        Import(node, function, (_, x) => x, (_, y) => y, axesAreInputSince);

    public static IReadOnlyList<Value> Import(OnnxNode node, ReduceKind function, Func<Formula, Value, Value> before,
        Func<Formula, Value, Value> after, int axesAreInputSince = 18)
    {
        var formula = new Formula(node);
        var x = node.Input(0);
        var type = x.Type.Element;
        bool itself = type is ElementType.F32 or ElementType.F64 or ElementType.I32 or ElementType.U32 or ElementType.I64
            or ElementType.U64;
        bool exactInSingle = function is ReduceKind.Max or ReduceKind.Min
            && type is ElementType.Bool or ElementType.I8 or ElementType.U8 or ElementType.I16 or ElementType.U16 or ElementType.F16;
        var single = itself ? x : formula.Cast(exactInSingle ? x : node.Require(x, ElementType.F16, ElementType.BF16), ElementType.F32);
        var (axes, keep) = Axes(node, x.Rank, axesAreInputSince);
        if (axes is null)
        {
            return [formula.Result(formula.Cast(after(formula, before(formula, single)), type))];
        }

        var reduced = formula.Cast(after(formula, formula.Reduce(function, before(formula, single), axes)), type);
        return [formula.Result(keep ? reduced : formula.Reshape(reduced, reduced.Shape.Where((_, d) => !axes.Contains(d))))];
    }

    /// <summary>Integers as doubles, for functions that give fractions: the operator cuts those off again.</summary>
    public static Value Real(Formula f, Value x) => x.Type.Element.IsInteger() ? f.Cast(x, ElementType.F64) : x;

    /// <summary>The axes, or null when the operator only passes its input on; and whether they stay as 1.</summary>
    public static (int[]? Axes, bool Keep) Axes(OnnxNode node, int rank, int axesAreInputSince)
    {
        bool keep = node.Attributes.Flag("keepdims", absent: true), none = node.Attributes.Flag("noop_with_empty_axes");
        var axes = node.Opset < axesAreInputSince ? node.Attributes.Ints("axes") : node.ConstantIntegers(1);
        return (axes is { Count: > 0 } ? node.Axes(axes, rank) : none ? null : [.. Enumerable.Range(0, rank)], keep);
    }
}
