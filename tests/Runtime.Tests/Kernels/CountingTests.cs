using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Kernels that find out sizes, against definitions written with LINQ, in memory that ends where their contract says.</summary>
public sealed class CountingTests
{
    [Theory]
    [InlineData(3, 4, 2)]
    [InlineData(1, 7, 1)]
    [InlineData(2, 0, 3)]
    public void Indices_of_what_is_not_zero(int a, int b, int c)
    {
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, a * b * c).Select(_ => random.Next(3) switch { 0 => 0f, 1 => -0f, _ => float.NaN })];
        using var x = GuardedBuffer<float>.From(values);
        using var y = new GuardedBuffer<long>(3 * values.Length);
        int count = NonZero.Run(x.Pointer, y.Pointer, [a, b, c]);
        y.Check();
        int[] found = [.. Enumerable.Range(0, values.Length).Where(i => values[i] != 0)];
        Assert.Equal(found.Length, count);
        Assert.Equal([.. found.Select(i => (long)(i / c / b)), .. found.Select(i => (long)(i / c % b)),
            .. found.Select(i => (long)(i % c))], y.Span[..(3 * count)].ToArray());
    }

    [Theory]
    [InlineData(2, 20, 2, true)]
    [InlineData(2, 20, 2, false)]
    [InlineData(1, 100, 1, true)]
    [InlineData(1, 100, 1, false)]
    [InlineData(1, 0, 1, true)]
    public void Different_slices(int outer, int length, int inner, bool sorted)
    {
        var random = new Random(4);
        int[] values = [.. Enumerable.Range(0, outer * length * inner).Select(_ => random.Next(outer * inner > 1 ? 2 : 9))];
        using var x = GuardedBuffer<int>.From(values);
        using GuardedBuffer<long> first = new(length), inverse = new(length), repeats = new(length);
        using var order = new GuardedBuffer<int>(length);
        int count = Unique.Run(x.Pointer, first.Pointer, inverse.Pointer, repeats.Pointer, order.Pointer, outer, length, inner, sorted);
        foreach (var written in new[] { first, inverse, repeats })
        {
            written.Check();
        }

        // One digit an element: texts order as slices do.
        string[] slices = [.. Enumerable.Range(0, length).Select(p =>
            string.Concat(from o in Enumerable.Range(0, outer) from i in Enumerable.Range(0, inner)
            select (char)('0' + values[(((o * length) + p) * inner) + i])))];
        string[] different = [.. slices.Distinct()];
        different = sorted ? [.. different.Order(StringComparer.Ordinal)] : different;
        Assert.Equal(different.Length, count);
        Assert.Equal(different.Select(s => (long)Array.IndexOf(slices, s)), first.Span[..count].ToArray());
        Assert.Equal(slices.Select(s => (long)Array.IndexOf(different, s)), inverse.Span.ToArray());
        Assert.Equal(different.Select(s => slices.LongCount(t => t == s)), repeats.Span[..count].ToArray());
    }

    [Theory]
    [InlineData(100, true, false)]
    [InlineData(3, false, false)]
    [InlineData(100, true, true)]
    [InlineData(0, true, false)]
    [InlineData(-1, true, false)]
    public void Boxes_without_better_ones_over_them(long most, bool hasThreshold, bool centered)
    {
        const int Images = 2, Classes = 3, Count = 25;
        var random = new Random(6);
        float[] boxes = [.. Enumerable.Range(0, Images * Count * 4).Select(_ => random.Next(1, 9) / 4f)],
            scores = [.. Enumerable.Range(0, Images * Classes * Count).Select(_ => random.Next(10) / 10f)];
        using GuardedBuffer<float> b = GuardedBuffer<float>.From(boxes), s = GuardedBuffer<float>.From(scores),
            overlap = GuardedBuffer<float>.From([0.25f]), threshold = GuardedBuffer<float>.From([0.3f]);
        using var limit = GuardedBuffer<long>.From([most]);
        using var y = new GuardedBuffer<long>(Images * Classes * (int)Math.Clamp(most, 0, Count) * 3);
        using var order = new GuardedBuffer<int>(Count);
        int rows = NonMaxSuppression.Run(b.Pointer, s.Pointer, limit.Pointer, overlap.Pointer, threshold.Pointer, y.Pointer, order.Pointer,
            Images, Classes, Count, centered, hasThreshold);
        y.Check();
        var expected = new List<long>();
        for (int p = 0; p < Images; p++)
        {
            for (int c = 0; c < Classes; c++)
            {
                float Score(int i) => scores[(((p * Classes) + c) * Count) + i];
                double[] Sides(int i) => Corners(boxes.AsSpan(((p * Count) + i) * 4, 4), centered);
                var kept = new List<int>();
                foreach (int i in Enumerable.Range(0, Count).Where(i => !hasThreshold || Score(i) > 0.3f).OrderByDescending(Score))
                {
                    if (kept.Count < most && kept.TrueForAll(k => Overlap(Sides(k), Sides(i)) <= 0.25))
                    {
                        kept.Add(i);
                    }
                }

                expected.AddRange(kept.SelectMany(i => new long[] { p, c, i }));
            }
        }

        Assert.Equal(expected, y.Span[..(3 * rows)].ToArray());
    }

    /// <summary>Lowest and highest along the first axis, then along the second.</summary>
    private static double[] Corners(ReadOnlySpan<float> box, bool centered) => centered
        ? [box[1] - (box[3] / 2.0), box[1] + (box[3] / 2.0), box[0] - (box[2] / 2.0), box[0] + (box[2] / 2.0)]
        : [Math.Min(box[0], box[2]), Math.Max(box[0], box[2]), Math.Min(box[1], box[3]), Math.Max(box[1], box[3])];

    /// <summary>All sides are multiples of 1/8, so that areas are exact in single precision too.</summary>
    private static double Overlap(double[] a, double[] b)
    {
        double both = Math.Max(0, Math.Min(a[1], b[1]) - Math.Max(a[0], b[0])) * Math.Max(0, Math.Min(a[3], b[3]) - Math.Max(a[2], b[2]));
        return both == 0 ? 0 : both / (((a[1] - a[0]) * (a[3] - a[2])) + ((b[1] - b[0]) * (b[3] - b[2])) - both);
    }
}
