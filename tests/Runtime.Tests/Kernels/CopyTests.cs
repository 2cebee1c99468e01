using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class CopyTests
{
    [Fact]
    public void Random_permutations_and_expansions()
    {
        var random = new Random(4);
        for (int run = 0; run < 400; run++)
        {
            int rank = random.Next(0, 9);
            int[] shape = Indices.RandomShape(random, Math.Min(rank, 5));
            int[] permutation = [.. Enumerable.Range(0, shape.Length)];
            random.Shuffle(permutation);
            int[] stored = [.. permutation.Select(p => shape[p])];
            int[] strides = Indices.RowMajor(stored);
            int[] from = [.. Enumerable.Range(0, shape.Length).Select(i =>
                random.Next(6) == 0 ? 0 : strides[Array.IndexOf(permutation, i)])];
            Check(random.GetItems<byte>([1, 2, 3, 4, 5, 6, 7], Indices.Count(stored)), shape, from, 0);
            Check([.. Enumerable.Range(0, Indices.Count(stored)).Select(i => (short)i)], shape, from, 0);
            Check(Numbers.Floats(Indices.Count(stored), run), shape, from, 0);
            Check([.. Enumerable.Range(0, Indices.Count(stored)).Select(i => (double)i)], shape, from, 0);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(15, 17)]
    [InlineData(16, 16)]
    [InlineData(33, 70)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    [InlineData(37, 3)]
    [InlineData(6, 5)]
    public void Matrices_are_transposed(int rows, int columns)
    {
        Check(Numbers.Floats(3 * rows * columns, 1), [3, rows, columns], [rows * columns, 1, rows], 0);
        Check(Numbers.Floats(3 * rows * columns, 1), [rows, 3, columns], [1, rows * columns, rows], 0);
        Check([.. Enumerable.Range(0, 3 * rows * columns).Select(i => (byte)i)], [3, rows, columns], [rows * columns, 1, rows], 0);
    }

    [Fact]
    public void Axes_run_backwards_from_an_offset()
    {
        Check<int>([1, 2, 3, 4, 5, 6], [2, 3], [3, -1], 2);
        Check<int>([1, 2, 3, 4, 5, 6], [2, 3], [-3, -1], 5);
        Check<long>([1, 2, 3, 4, 5, 6], [3], [-2], 5);
    }

    [Fact]
    public void Parts_are_joined_in_the_middle_of_a_row()
    {
        using var x = GuardedBuffer<int>.From([1, 2, 3, 4]);
        using var y = new GuardedBuffer<int>(10);
        y.Span.Clear();
        Copy.Strided(x.Pointer, y.Pointer, [2, 2], [2, 1], [5, 1], xOffset: 0, yOffset: 3);
        Assert.Equal([0, 0, 0, 1, 2, 0, 0, 0, 3, 4], y.Span.ToArray());
    }

    private static void Check<T>(T[] values, int[] shape, int[] from, int offset)
        where T : unmanaged
    {
        using var x = GuardedBuffer<T>.From(values);
        using var y = new GuardedBuffer<T>(Indices.Count(shape));
        Copy.Strided(x.Pointer, y.Pointer, shape, from, Indices.RowMajor(shape), offset);
        y.Check();
        Assert.Equal(Indices.Of(shape).Select(index => values[offset + Indices.Offset(index, from)]), y.Span.ToArray());
    }
}
