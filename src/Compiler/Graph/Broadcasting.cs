using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>Multidirectional broadcasting (ONNX "Broadcasting", numpy rules).</summary>
internal static class Broadcasting
{
    /// <remarks>
    /// Two dimensions that depend on symbols and are not seen to be equal (S and min(512, S), where a table of 512 positions was cut) are taken to be equal;
    /// <see cref="EqualSizes"/> tells what a run has to check.
    /// </remarks>
    /// <exception cref="ShapeException">Two dimensions differ and neither is 1.</exception>
    public static IReadOnlyList<IntExpr> Shape(IReadOnlyList<IntExpr> left, IReadOnlyList<IntExpr> right)
    {
        var shape = new IntExpr[Math.Max(left.Count, right.Count)];
        for (int i = 1; i <= shape.Length; i++)
        {
            var l = i <= left.Count ? left[^i] : IntExpr.One;
            var r = i <= right.Count ? right[^i] : IntExpr.One;
            shape[^i] = l == r || r == IntExpr.One ? l
                : l == IntExpr.One ? r
                : !l.IsConstant && !r.IsConstant ? (l.HasExtreme && !r.HasExtreme ? r : l)
                : throw new ShapeException($"shapes [{string.Join(", ", left)}] and [{string.Join(", ", right)}] do not broadcast");
        }

        return shape;
    }

    /// <summary>Element strides by which an operand of shape <paramref name="operand"/> walks the broadcast shape: 0 where it repeats.</summary>
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

    /// <summary>Calls <paramref name="visit"/> with the flat index into the result and into each operand, in row-major order of the result.</summary>
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
