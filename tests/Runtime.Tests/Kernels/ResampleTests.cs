using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Interpolation and repetition along one axis, against loops over indices.</summary>
public sealed class ResampleTests
{
    [Theory]
    [InlineData(2, 5, 11, 2, 1)]
    [InlineData(3, 7, 3, 4, 23)]
    [InlineData(1, 4, 6, 1, 16)]
    [InlineData(2, 6, 1, 6, 3)]
    [InlineData(0, 6, 2, 2, 3)]
    [InlineData(2, 6, 2, 2, 0)]
    public void Windows_are_weighted(int outer, int length, int positions, int taps, int inner)
    {
        var random = new Random(4);
        float[] values = Numbers(random, outer * length * inner), factors = Numbers(random, positions * taps);
        int[] first = [.. Enumerable.Range(0, positions).Select(_ => random.Next(length - taps + 1))];
        using var x = GuardedBuffer<float>.From(values);
        using var starts = GuardedBuffer<int>.From(first);
        using var weights = GuardedBuffer<float>.From(factors);
        using var y = new GuardedBuffer<float>(outer * positions * inner);
        foreach (var width in VectorWidths.Available)
        {
            Resample.Run(width, x.Pointer, starts.Pointer, weights.Pointer, y.Pointer, outer, length, positions, taps, inner);
            y.Check();
            Assert.Equal(Indices.Of([outer, positions, inner]).Select(i =>
            {
                float sum = 0;
                for (int t = 0; t < taps; t++)
                {
                    sum = MathF.FusedMultiplyAdd(factors[(i[1] * taps) + t],
                        values[(((i[0] * length) + first[i[1]] + t) * inner) + i[2]], sum);
                }

                return sum;
            }), y.Span.ToArray());
        }
    }

    [Theory]
    [InlineData(2, 9, 2, 1)]
    [InlineData(3, 5, 3, 1)]
    [InlineData(2, 3, 2, 10)]
    [InlineData(1, 1, 4, 3)]
    [InlineData(0, 1, 2, 1)]
    public void Positions_are_repeated(int outer, int length, int times, int inner)
    {
        Check(outer, length, times, inner, i => (float)i);
        Check(outer, length, times, inner, i => (byte)i);
        Check(outer, length, times, inner, i => (long)i);
    }

    private static void Check<T>(int outer, int length, int times, int inner, Func<int, T> number)
        where T : unmanaged
    {
        T[] values = [.. Enumerable.Range(0, outer * length * inner).Select(number)];
        using var x = GuardedBuffer<T>.From(values);
        using var y = new GuardedBuffer<T>(outer * length * times * inner);
        Repeat.Run(x.Pointer, y.Pointer, outer, length, times, inner);
        y.Check();
        Assert.Equal(Indices.Of([outer, length * times, inner]).Select(i => values[(((i[0] * length) + (i[1] / times)) * inner) + i[2]]),
            y.Span.ToArray());
    }

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
}
