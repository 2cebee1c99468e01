using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>Multidirectional broadcasting (ONNX "Broadcasting", numpy rules).</summary>
internal static class Broadcasting
{
    /// <remarks>
    /// A dimension that depends on symbols may be 1 or as large as the other one, which only a run knows. It is taken to be as large:
    /// <see cref="Equal"/> states it, and who wants it to be 1 binds it (decision 0411).
    /// </remarks>
    /// <exception cref="ShapeException">Two dimensions are never equal and neither is 1.</exception>
    public static IReadOnlyList<IntExpr> Shape(IReadOnlyList<IntExpr> left, IReadOnlyList<IntExpr> right)
    {
        var shape = new IntExpr[Math.Max(left.Count, right.Count)];
        for (int i = 1; i <= shape.Length; i++)
        {
            var l = i <= left.Count ? left[^i] : IntExpr.One;
            var r = i <= right.Count ? right[^i] : IntExpr.One;
            shape[^i] = l == r || r == IntExpr.One ? l
                : l == IntExpr.One ? r
                : !SizeEquations.AreNeverEqual(l, r) ? Simpler(l, r)
                : throw new ShapeException($"shapes [{string.Join(", ", left)}] and [{string.Join(", ", right)}] do not broadcast");
        }

        return shape;
    }

    /// <summary>True when an operand may broadcast to <paramref name="shape"/>, which stays as it is.</summary>
    public static bool Fits(IReadOnlyList<IntExpr> operand, IReadOnlyList<IntExpr> shape) =>
        operand.Count <= shape.Count && operand.Reverse().Zip(shape.Reverse())
            .All(p => p.First == IntExpr.One || !SizeEquations.AreNeverEqual(p.First, p.Second));

    /// <summary>The pairs of sizes that are equal where operands broadcast to a shape.</summary>
    /// <param name="matrix">Trailing dimensions that do not broadcast.</param>
    public static IEnumerable<(IntExpr Left, IntExpr Right)> Equal(TensorType output, IEnumerable<TensorType?> operands, int matrix = 0) =>
        from operand in operands.OfType<TensorType>()
        from pair in output.Shape.SkipLast(matrix).Reverse().Zip(operand.Shape.SkipLast(matrix).Reverse())
        where pair.Second != IntExpr.One
        select pair;

    /// <summary>
    /// Of two sizes that are equal the one to go on with: a constant, else one without counts and extremes, else the first.
    /// </summary>
    public static IntExpr Simpler(IntExpr left, IntExpr right) =>
        right.IsConstant || (!left.IsConstant
            && ((left.HasCount && !right.HasCount) || (left.HasCount == right.HasCount && left.HasExtreme && !right.HasExtreme)))
            ? right : left;

    /// <summary>
    /// Element strides by which an operand of shape <paramref name="operand"/> walks the broadcast shape: 0 where it repeats.
    /// </summary>
    public static IReadOnlyList<IntExpr> Strides(IReadOnlyList<IntExpr> operand, int rank)
    {
        var strides = new IntExpr[rank];
        IntExpr stride = 1;
        for (int i = 1; i <= rank; i++)
        {
            bool present = i <= operand.Count;
            strides[^i] = !present || operand[^i] == IntExpr.One ? 0 : stride;
            stride = present ? stride * operand[^i] : stride;
        }

        return strides;
    }

    /// <summary>
    /// Calls <paramref name="visit"/> with the flat index into the result and into each operand, in row-major order of the result.
    /// </summary>
    public static void Visit(long[] shape, long[] left, long[] right, Action<long, long, long> visit)
    {
        long[] leftStrides = Concrete(left, shape.Length), rightStrides = Concrete(right, shape.Length);
        var index = new long[shape.Length];
        long count = Tensor.Count(shape);
        for (long i = 0, l = 0, r = 0; i < count; i++)
        {
            visit(i, l, r);
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                l += leftStrides[d];
                r += rightStrides[d];
                if (++index[d] < shape[d])
                {
                    break;
                }

                l -= leftStrides[d] * shape[d];
                r -= rightStrides[d] * shape[d];
                index[d] = 0;
            }
        }

        static long[] Concrete(long[] operand, int rank) => [.. Strides([.. operand.Select(IntExpr.Constant)], rank).Select(s => s.Value)];
    }
}
