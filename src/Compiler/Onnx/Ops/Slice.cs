using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// x[start:end:step] along axes; negative starts and ends count from the end, all are clamped to the dimension.
/// Opset 1 (attributes), 10 (inputs, steps), 11 (negative axes), 13.
/// </summary>
internal static class Slice
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0);
        var (starts, ends, axes, steps) = node.Opset < 10
            ? (Expressions(node.Attributes.Ints("starts")), Expressions(node.Attributes.Ints("ends")), node.Attributes.Ints("axes"), null)
            : (node.Integers(1), node.Integers(2), node.ConstantIntegers(3), node.ConstantIntegers(4));
        if (starts is null || ends is null || ends.Count != starts.Count
            || (axes is not null && axes.Count != starts.Count) || (steps is not null && steps.Count != starts.Count))
        {
            throw node.Invalid("starts, ends, axes and steps differ in length or are missing");
        }

        int[] positions = axes is null ? node.Axes(Enumerable.Range(0, starts.Count).Select(i => (long)i), x.Rank)
            : node.Axes(axes, x.Rank);
        IntExpr[] first = [.. x.Shape.Select(_ => IntExpr.Zero)], sizes = [.. x.Shape];
        int[] step = [.. x.Shape.Select(_ => 1)];
        for (int i = 0; i < positions.Length; i++)
        {
            int axis = positions[i];
            long by = steps?[i] ?? 1;
            step[axis] = by == 0 ? throw node.Invalid("a step is 0") : (int)Math.Clamp(by, -int.MaxValue, int.MaxValue);
            (first[axis], sizes[axis]) = Range(starts[i], ends[i], step[axis], x.Shape[axis]);
        }

        return [node.Add(new Graphs.Ops.Slice(first, step, sizes), x)];
    }

    private static IReadOnlyList<IntExpr>? Expressions(IReadOnlyList<long>? integers) => integers?.Select(IntExpr.Constant).ToArray();

    private static (IntExpr Start, IntExpr Size) Range(IntExpr start, IntExpr end, int step, IntExpr size)
    {
        // Backwards the first position is clamped to 0 at least, which an axis without positions does not have.
        if (size == IntExpr.Zero)
        {
            return (0, 0);
        }

        var (first, last) = step > 0 ? (Clamp(start, 0, size, size), Clamp(end, 0, size, size))
            : (Clamp(start, 0, size - 1, size), Clamp(end, -1, size - 1, size));
        var count = step > 0 ? IntExpr.CeilDiv(last - first, step) : IntExpr.CeilDiv(first - last, -(long)step);
        return (first, IntExpr.Max(count, 0));
    }

    /// <summary>A position counted from the end when negative, moved into lowest…highest.</summary>
    private static IntExpr Clamp(IntExpr position, IntExpr lowest, IntExpr highest, IntExpr size)
    {
        // Files write the largest or least integer of 32 or 64 bits for "to the end".
        if (position.IsConstant && position.Value >= int.MaxValue)
        {
            return highest;
        }

        if (position.IsConstant && position.Value <= -int.MaxValue)
        {
            return lowest;
        }

        var counted = position.IsConstant && position.Value < 0 ? position + size : position;
        return IntExpr.Max(lowest, IntExpr.Min(counted, highest));
    }
}
