using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>Operations that join elements; sums of any order are within γ of the exact sum of sizes.</summary>
internal static class BoundedReductions
{
    /// <summary>
    /// y = eˣ⁻ᵐ / Σ eˣ⁻ᵐ: a change of the inputs by e changes y by a factor of at most e²ᵉ; rounding x − m acts like such a change.
    /// </summary>
    public static Bounded Softmax(Softmax softmax, Bounded x)
    {
        var y = Bounded.Of(x.Shape);
        int size = (int)x.Shape[softmax.Axis], inner = (int)Tensor.Count(x.Shape.Skip(softmax.Axis + 1)),
            outer = (int)Tensor.Count(x.Shape.Take(softmax.Axis));
        for (int slice = 0; slice < outer * inner; slice++)
        {
            int[] at = [.. Enumerable.Range(0, size).Select(k => (((slice / inner * size) + k) * inner) + (slice % inner))];
            double max = at.Max(i => x.Values[i]), range = max - at.Min(i => x.Values[i]), sum = at.Sum(i => Math.Exp(x.Values[i] - max)),
                moved = at.Max(i => x.Bounds[i]);
            foreach (int i in at)
            {
                double exact = Math.Exp(x.Values[i] - max) / sum;
                y.Value.Writable<float>()[i] = (float)exact;
                double relative = Math.Exp(2 * (moved + (range * Bounded.U))) - 1 + Bounded.Gamma(size + 16);
                y.Bound.Writable<double>()[i] = (exact * relative) + float.Epsilon;
                if (softmax.Logarithm)
                {
                    y.Value.Writable<float>()[i] = (float)Math.Log(exact);
                    y.Bound.Writable<double>()[i] = (2 * moved) + (Bounded.Gamma(size + 16) * (1 + range + Math.Log(size)));
                }
            }
        }

        return y;
    }

    public static Bounded Reduce(Reduce reduce, Bounded x, long[] shape)
    {
        long[] kept = [.. x.Shape.Select((s, d) => reduce.Axes.Contains(d) ? 1 : s)];
        var groups = new List<int>[Tensor.Count(kept)];
        Broadcasting.Visit(x.Shape, x.Shape, kept, (i, _, group) => (groups[group] ??= []).Add((int)i));
        var y = Bounded.Of(shape);
        for (int i = 0; i < groups.Length; i++)
        {
            (y.Value.Writable<float>()[i], y.Bound.Writable<double>()[i]) = reduce.Function == ReduceKind.Max ? Maximum(x, groups[i])
                : Total(x, groups[i], reduce.Function == ReduceKind.Mean ? groups[i].Count : 1);
        }

        return y;
    }

    public static Bounded Pool(Pool pool, Bounded x, long[] shape)
    {
        var y = Bounded.Of(shape);
        int height = (int)x.Shape[2], width = (int)x.Shape[3];
        for (int i = 0; i < y.Values.Length; i++)
        {
            int column = (int)(i % shape[3]), row = (int)(i / shape[3] % shape[2]), plane = (int)(i / (shape[3] * shape[2]));
            var window = new List<int>();
            int padding = 0;
            for (int kh = 0; kh < pool.Kernel[0]; kh++)
            {
                for (int kw = 0; kw < pool.Kernel[1]; kw++)
                {
                    int h = (row * pool.Strides[0]) - pool.PadsBegin[0] + (kh * pool.Dilations[0]),
                        v = (column * pool.Strides[1]) - pool.PadsBegin[1] + (kw * pool.Dilations[1]);
                    bool inside = h >= 0 && h < height && v >= 0 && v < width;
                    padding += !inside && h < height + pool.PadsEnd[0] && v < width + pool.PadsEnd[1] ? 1 : 0;
                    if (inside)
                    {
                        window.Add((((plane * height) + h) * width) + v);
                    }
                }
            }

            (y.Value.Writable<float>()[i], y.Bound.Writable<double>()[i]) = pool.Function == PoolKind.Max ? Maximum(x, window)
                : Total(x, window, window.Count + (pool.CountPadding ? padding : 0));
        }

        return y;
    }

    public static Bounded Padded(Pad pad, Bounded x, float value, long[] shape)
    {
        var y = Bounded.Of(shape);
        var strides = StridedView.RowMajor(x.Shape);
        var targets = StridedView.RowMajor(shape);
        for (long i = 0; i < y.Values.Length; i++)
        {
            long[] index = [.. shape.Select((s, d) => (i / targets[d] % s) - pad.Before[d])];
            bool inside = index.Zip(x.Shape).All(p => p.First >= 0 && p.First < p.Second);
            int from = inside ? (int)index.Zip(strides).Sum(p => p.First * p.Second) : 0;
            (y.Value.Writable<float>()[(int)i], y.Bound.Writable<double>()[(int)i]) = inside ? (x.Values[from], x.Bounds[from])
                : (value, 0);
        }

        return y;
    }

    private static (float Value, double Bound) Maximum(Bounded x, IReadOnlyList<int> at) =>
        (at.Max(i => x.Values[i]), at.Max(i => x.Bounds[i]));

    private static (float Value, double Bound) Total(Bounded x, IReadOnlyList<int> at, int divisor)
    {
        double size = at.Sum(i => Math.Abs((double)x.Values[i]) + x.Bounds[i]);
        return ((float)(at.Sum(i => (double)x.Values[i]) / divisor),
            (at.Sum(i => x.Bounds[i]) + (Bounded.Gamma(at.Count + 2) * size)) / divisor);
    }
}
