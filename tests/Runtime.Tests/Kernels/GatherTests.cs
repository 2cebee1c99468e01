using System.Numerics;
using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class GatherTests
{
    [Theory]
    [InlineData(1, 5, 3, 1)]
    [InlineData(3, 4, 7, 20)]
    [InlineData(2, 3, 0, 4)]
    [InlineData(0, 3, 2, 4)]
    [InlineData(2, 3, 2, 0)]
    public void Slices_are_picked(int outer, int axis, int count, int inner)
    {
        Check<float, long>(outer, axis, count, inner, i => i);
        Check<byte, int>(outer, axis, count, inner, i => (byte)i);
        Check<double, int>(outer, axis, count, inner, i => i);
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
        using var y = new GuardedBuffer<float>(1);
        var refusal = Assert.Throws<IndexOutOfRangeException>(() => Gather.Run(x.Pointer, indices.Pointer, y.Pointer, 1, 3, 1, 1));
        Assert.Contains(index.ToString(System.Globalization.CultureInfo.InvariantCulture), refusal.Message);
    }

    private static void Check<T, TIndex>(int outer, int axis, int count, int inner, Func<int, T> number)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        var random = new Random(6);
        T[] values = [.. Enumerable.Range(0, outer * axis * inner).Select(number)];
        int[] picks = [.. Enumerable.Range(0, count).Select(_ => random.Next(-axis, axis))];
        using var x = GuardedBuffer<T>.From(values);
        using var indices = GuardedBuffer<TIndex>.From([.. picks.Select(TIndex.CreateChecked)]);
        using var y = new GuardedBuffer<T>(outer * count * inner);
        Gather.Run(x.Pointer, indices.Pointer, y.Pointer, outer, axis, count, inner);
        y.Check();
        Assert.Equal(Indices.Of([outer, count, inner]).Select(i =>
            values[(((i[0] * axis) + ((picks[i[1]] + axis) % axis)) * inner) + i[2]]), y.Span.ToArray());
    }
}
