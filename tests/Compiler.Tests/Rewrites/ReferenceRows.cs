using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Tests.Rewrites;

/// <summary>Reductions, normalizations and softmaxes by their definition in double precision, rounded once.</summary>
internal static class ReferenceRows
{
    /// <summary>Over trailing or inner dimensions that lie next to each other.</summary>
    public static Tensor Reduce(Reduce op, Tensor x, Value output)
    {
        var y = Tensor.Zeros(x.Type, [.. output.Shape.Select(d => d.Value)]);
        ForEachSlice(x.Shape, op.Axes[0], op.Axes.Count, (slice, elements) => y.Writable<float>()[slice] = (float)(op.Function switch
        {
            ReduceKind.Mean => elements.Average(i => (double)x.Span<float>()[i]),
            ReduceKind.Sum => elements.Sum(i => (double)x.Span<float>()[i]),
            ReduceKind.Max => elements.Max(i => (double)x.Span<float>()[i]),
            _ => throw new NotSupportedException(op.Kind),
        }));
        return y;
    }

    public static Tensor Normalize(Normalize op, Tensor x, Tensor? scale, Tensor? bias) => Map(x, op.Axis, x.Rank - op.Axis, row =>
    {
        double mean = op.Centered ? row.Average() : 0, divisor = Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + op.Epsilon);
        return row.Select((v, i) =>
            ((v - mean) / divisor * (scale is null ? 1 : scale.Span<float>()[i])) + (bias is null ? 0 : bias.Span<float>()[i]));
    });

    public static Tensor Softmax(Softmax op, Tensor x) => Map(x, op.Axis, 1, row =>
    {
        double sum = row.Sum(Math.Exp);
        return row.Select(v => op.Logarithm ? v - Math.Log(sum) : Math.Exp(v) / sum);
    });

    private static Tensor Map(Tensor x, int axis, int axes, Func<double[], IEnumerable<double>> function)
    {
        var y = Tensor.Zeros(x.Type, x.Shape);
        ForEachSlice(x.Shape, axis, axes, (_, elements) =>
        {
            foreach (var (i, value) in elements.Zip(function([.. elements.Select(i => (double)x.Span<float>()[i])])))
            {
                y.Writable<float>()[i] = (float)value;
            }
        });
        return y;
    }

    private static void ForEachSlice(IReadOnlyList<long> shape, int axis, int axes, Action<int, int[]> visit)
    {
        int outer = (int)Tensor.Count([.. shape.Take(axis)]), length = (int)Tensor.Count([.. shape.Skip(axis).Take(axes)]),
            inner = (int)Tensor.Count([.. shape.Skip(axis + axes)]);
        for (int slice = 0; slice < outer * inner; slice++)
        {
            visit(slice, [.. Enumerable.Range(0, length).Select(i => (((slice / inner * length) + i) * inner) + (slice % inner))]);
        }
    }
}
