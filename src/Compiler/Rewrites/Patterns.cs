using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites;

/// <summary>The words that decompositions are recognised in; each looks backwards from a value to the node that computes it.</summary>
internal static class Patterns
{
    /// <summary>The operands when the value is this function of two arguments.</summary>
    public static (Value Left, Value Right)? Operands(this Value value, BinaryKind function) =>
        value.Producer is { Op: Binary binary } node && binary.Function == function ? (node.Input(0), node.Input(1)) : null;

    /// <summary>The operands of a commutative function in both orders; none when the value is another.</summary>
    public static IEnumerable<(Value One, Value Other)> EitherWay(this Value value, BinaryKind function) =>
        value.Operands(function) is var (left, right) ? [(left, right), (right, left)] : [];

    /// <summary>The argument when the value is this function of one.</summary>
    public static Value? Argument(this Value value, UnaryKind function) =>
        value.Producer is { Op: Unary unary } node && unary.Function.Kind == function ? node.Input(0) : null;

    /// <summary>The only element of a constant, whatever its shape.</summary>
    public static float? Scalar(this Value value) =>
        value.Constant is { Type: ElementType.F32, Length: 1 } constant ? constant.Span<float>()[0] : null;

    /// <summary>v when the value is v² written as v·v or as a power.</summary>
    public static Value? Squared(this Value value) =>
        value.Operands(BinaryKind.Mul) is var (left, right) && ReferenceEquals(left, right) ? left
        : value.Operands(BinaryKind.Pow) is var (root, power) && power.Scalar() == 2 ? root
        : null;

    /// <summary>v and the axes when the value is this reduction of v with the reduced dimensions kept as 1.</summary>
    public static (Value Of, IReadOnlyList<int> Axes)? Reduced(this Value value, ReduceKind function) =>
        value.Producer is { Op: Reduce { KeepDimensions: true } reduce } node
            && reduce.Function == function ? (node.Input(0), reduce.Axes) : null;

    /// <summary>v and d when the value is the mean of v over all dimensions from d on, whose sizes are constant.</summary>
    public static (Value Of, int Axis)? RowMean(this Value value) =>
        value.Reduced(ReduceKind.Mean) is var (of, axes) && axes.Count > 0
            && axes.SequenceEqual(Enumerable.Range(of.Rank - axes.Count, axes.Count)) && of.Shape.Skip(axes[0]).All(d => d.IsConstant)
            ? (of, axes[0])
            : null;
}
