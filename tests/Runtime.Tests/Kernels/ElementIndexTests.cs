using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Elements and slices picked and written by indices that are data, against loops over indices.</summary>
public sealed class ElementIndexTests
{
    [Theory]
    [InlineData(new[] { 5 }, new[] { 7 }, 0)]
    [InlineData(new[] { 3, 4 }, new[] { 3, 6 }, 1)]
    [InlineData(new[] { 3, 4 }, new[] { 5, 2 }, 0)]
    [InlineData(new[] { 2, 3, 4, 5 }, new[] { 2, 7, 1, 5 }, 1)]
    [InlineData(new[] { 2, 3, 1, 5 }, new[] { 1, 3, 1, 9 }, 3)]
    [InlineData(new[] { 2, 3 }, new[] { 0, 3 }, 0)]
    [InlineData(new[] { 2, 3 }, new[] { 2, 0 }, 1)]
    public void Elements_are_picked_and_written_along_one_axis(int[] shape, int[] indexShape, int axis)
    {
        var random = new Random(1);
        int[] strides = Indices.RowMajor(shape), at = Indices.RowMajor(indexShape);
        float[] values = [.. Enumerable.Range(0, Indices.Count(shape)).Select(i => (float)i)],
            news = [.. Enumerable.Range(0, Indices.Count(indexShape)).Select(i => -1f - i)];
        long[] picks = [.. news.Select(_ => (long)random.Next(-shape[axis], shape[axis]))];
        int Offset(int[] i)
        {
            int[] j = [.. i];
            j[axis] = (int)((picks[Indices.Offset(i, at)] + shape[axis]) % shape[axis]);
            return Indices.Offset(j, strides);
        }

        float[] replaced = [.. values], summed = [.. values];
        foreach (int[] i in Indices.Of(indexShape))
        {
            replaced[Offset(i)] = news[Indices.Offset(i, at)];
            summed[Offset(i)] += news[Indices.Offset(i, at)];
        }

        using var x = GuardedBuffer<float>.From(values);
        using var indices = GuardedBuffer<long>.From(picks);
        using var updates = GuardedBuffer<float>.From(news);
        using var picked = new GuardedBuffer<float>(picks.Length);
        using var y = new GuardedBuffer<float>(values.Length);
        GatherElements.Run(x.Pointer, indices.Pointer, picked.Pointer, shape, indexShape, axis);
        Assert.Equal(Indices.Of(indexShape).Select(i => values[Offset(i)]), picked.Span.ToArray());
        ScatterElements.Run(x.Pointer, indices.Pointer, updates.Pointer, y.Pointer, shape, indexShape, axis);
        Assert.Equal(replaced, y.Span.ToArray());
        ScatterElements.Join(default(Add), x.Pointer, indices.Pointer, updates.Pointer, y.Pointer, shape, indexShape, axis);
        Assert.Equal(summed, y.Span.ToArray());
        picked.Check();
        y.Check();
    }

    [Theory]
    [InlineData(1, 4, new[] { 3 }, 1)]
    [InlineData(2, 3, new[] { 2, 3 }, 5)]
    [InlineData(3, 2, new[] { 2, 1, 4 }, 2)]
    [InlineData(2, 0, new[] { 2 }, 3)]
    public void Slices_are_picked_and_written_by_tuples(int batch, int tuples, int[] lengths, int inner)
    {
        var random = new Random(2);
        int positions = Indices.Count(lengths);
        float[] values = [.. Enumerable.Range(0, batch * positions * inner).Select(i => (float)i)];
        int[] picks = [.. Enumerable.Range(0, batch * tuples * lengths.Length)
            .Select(i => random.Next(-lengths[i % lengths.Length], lengths[i % lengths.Length]))];
        int Position(int tuple) =>
            lengths.Select((length, d) => (Length: length, Index: (picks[(tuple * lengths.Length) + d] + length) % length))
            .Aggregate(0, (p, d) => (p * d.Length) + d.Index);

        using var x = GuardedBuffer<float>.From(values);
        using var indices = GuardedBuffer<int>.From(picks);
        using var picked = new GuardedBuffer<float>(batch * tuples * inner);
        GatherND.Run(x.Pointer, indices.Pointer, picked.Pointer, batch, tuples, lengths, inner);
        Assert.Equal(Indices.Of([batch, tuples, inner]).Select(i =>
            values[(((i[0] * positions) + Position((i[0] * tuples) + i[1])) * inner) + i[2]]), picked.Span.ToArray());
        picked.Check();

        float[] news = [.. Enumerable.Range(0, tuples * inner).Select(i => 1000f + i)], replaced = [.. values.Take(positions * inner)],
            largest = [.. replaced];
        foreach (int[] i in Indices.Of([tuples, inner]))
        {
            int to = (Position(i[0]) * inner) + i[1];
            (replaced[to], largest[to]) = (news[(i[0] * inner) + i[1]], Math.Max(largest[to], news[(i[0] * inner) + i[1]]));
        }

        using var updates = GuardedBuffer<float>.From(news);
        using var y = new GuardedBuffer<float>(positions * inner);
        ScatterND.Run(x.Pointer, indices.Pointer, updates.Pointer, y.Pointer, tuples, lengths, inner);
        Assert.Equal(replaced, y.Span.ToArray());
        ScatterND.Join(default(Maximum), x.Pointer, indices.Pointer, updates.Pointer, y.Pointer, tuples, lengths, inner);
        Assert.Equal(largest, y.Span.ToArray());
        y.Check();
    }

    [Theory]
    [InlineData(3L)]
    [InlineData(-4L)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Indices_outside_are_refused(long index)
    {
        using var x = GuardedBuffer<float>.From([1, 2, 3]);
        using var indices = GuardedBuffer<long>.From([index]);
        using var y = new GuardedBuffer<float>(3);
        Assert.Throws<IndexOutOfRangeException>(() => GatherElements.Run(x.Pointer, indices.Pointer, y.Pointer, [3], [1], 0));
        Assert.Throws<IndexOutOfRangeException>(() => GatherND.Run(x.Pointer, indices.Pointer, y.Pointer, 1, 1, [3], 1));
        Assert.Throws<IndexOutOfRangeException>(() => ScatterElements.Run(x.Pointer, indices.Pointer, x.Pointer, y.Pointer, [3], [1], 0));
        Assert.Throws<IndexOutOfRangeException>(() =>
            ScatterElements.Join(default(Add), x.Pointer, indices.Pointer, x.Pointer, y.Pointer, [3], [1], 0));
        Assert.Throws<IndexOutOfRangeException>(() => ScatterND.Run(x.Pointer, indices.Pointer, x.Pointer, y.Pointer, 1, [3], 1));
        Assert.Throws<IndexOutOfRangeException>(() =>
            ScatterND.Join(default(Add), x.Pointer, indices.Pointer, x.Pointer, y.Pointer, 1, [3], 1));
    }

    [Fact]
    public void Indices_that_reach_further_than_x_along_another_axis_are_refused()
    {
        using var x = GuardedBuffer<float>.From([1, 2]);
        using var indices = GuardedBuffer<long>.From([0, 0, 0]);
        using var y = new GuardedBuffer<float>(3);
        Assert.Throws<ArgumentException>(() => GatherElements.Run(x.Pointer, indices.Pointer, y.Pointer, [2, 1], [3, 1], 1));
    }
}
