using System.Numerics;
using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Positions of extremes against a stable sort.</summary>
public sealed class TopKTests
{
    [Theory]
    [InlineData(2, 7, 1, 3)]
    [InlineData(1, 100, 3, 17)]
    [InlineData(3, 4, 2, 4)]
    [InlineData(2, 5, 2, 1)]
    [InlineData(2, 5, 2, 0)]
    [InlineData(0, 5, 2, 2)]
    public void Equals_a_stable_sort(int outer, int length, int inner, int count)
    {
        // Few different numbers, so that many are equal.
        Check(outer, length, inner, count, random => random.Next(12) == 0 ? float.NaN : random.Next(-5, 5), x =>
            float.IsNaN(x) ? double.PositiveInfinity : x);
        Check(outer, length, inner, count, random => (ulong)random.Next(10), x => x);
        Check(outer, length, inner, count, random => (sbyte)random.Next(-5, 5), x => x);
    }

    [Fact]
    public void More_than_there_are_is_refused()
    {
        using var x = GuardedBuffer<float>.From([1, 2]);
        using var y = new GuardedBuffer<long>(3);
        Assert.Throws<ArgumentException>(() => TopK.Run(x.Pointer, y.Pointer, 1, 2, 1, 3, true));
    }

    private static void Check<T>(int outer, int length, int inner, int count, Func<Random, T> next, Func<T, double> key)
        where T : unmanaged, INumber<T>
    {
        var random = new Random(7);
        T[] values = [.. Enumerable.Range(0, outer * length * inner).Select(_ => next(random))];
        using var x = GuardedBuffer<T>.From(values);
        using var y = new GuardedBuffer<long>(outer * count * inner);
        foreach (bool largest in new[] { true, false })
        {
            TopK.Run(x.Pointer, y.Pointer, outer, length, inner, count, largest);
            y.Check();
            Assert.Equal(Indices.Of([outer, count, inner]).Select(i =>
            {
                var line = Enumerable.Range(0, length).Select(k =>
                    (Position: (long)k, Key: key(values[(((i[0] * length) + k) * inner) + i[2]])));
                return (largest ? line.OrderByDescending(e => e.Key) : line.OrderBy(e => e.Key)).ElementAt(i[1]).Position;
            }), y.Span.ToArray());
        }
    }
}
