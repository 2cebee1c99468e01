using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Comparisons, choices, positions of extremes and running sums against loops over indices.</summary>
public sealed unsafe class ChoiceTests
{
    [Fact]
    public void Comparison_broadcasts()
    {
        using var a = GuardedBuffer<float>.From([1, 2, 3]);
        using var b = GuardedBuffer<float>.From([2, float.NaN]);
        using var y = new GuardedBuffer<bool>(6);
        Compare.Run(default(Less), a.Pointer, b.Pointer, y.Pointer, [2, 3], [0, 1], [1, 0]);
        Assert.Equal([true, false, false, false, false, false], y.Span.ToArray());
        Compare.Run(default(GreaterOrEqual), a.Pointer, b.Pointer, y.Pointer, [2, 3], [0, 1], [1, 0]);
        Assert.Equal([false, true, true, false, false, false], y.Span.ToArray());
        y.Check();
    }

    [Fact]
    public void Logic_takes_bytes()
    {
        using var a = GuardedBuffer<byte>.From([0, 1, 0, 255]);
        using var b = GuardedBuffer<byte>.From([0, 0, 1, 1]);
        using var y = new GuardedBuffer<bool>(4);
        Compare.Run(default(And), a.Pointer, b.Pointer, y.Pointer, [4], [1], [1]);
        Assert.Equal([false, false, false, true], y.Span.ToArray());
        Compare.Run(default(Or), a.Pointer, b.Pointer, y.Pointer, [4], [1], [1]);
        Assert.Equal([false, true, true, true], y.Span.ToArray());
        Compare.Run(default(Xor), a.Pointer, b.Pointer, y.Pointer, [4], [1], [1]);
        Assert.Equal([false, true, true, false], y.Span.ToArray());
    }

    [Fact]
    public void Where_broadcasts_all_three_operands()
    {
        using var condition = GuardedBuffer<bool>.From([true, false]);
        using var a = GuardedBuffer<long>.From([1, 2, 3]);
        using var b = GuardedBuffer<long>.From([-1]);
        using var y = new GuardedBuffer<long>(6);
        Where.Run(condition.Pointer, a.Pointer, b.Pointer, y.Pointer, [2, 3], [1, 0], [0, 1], [0, 0]);
        Assert.Equal([1L, 2, 3, -1, -1, -1], y.Span.ToArray());
        y.Check();
    }

    [Fact]
    public void Where_of_nothing_writes_nothing()
    {
        using var y = new GuardedBuffer<int>(0);
        using var condition = new GuardedBuffer<bool>(1);
        using var a = new GuardedBuffer<int>(1);
        Where.Run(condition.Pointer, a.Pointer, a.Pointer, y.Pointer, [0, 3], [0, 0], [0, 0], [0, 0]);
        y.Check();
    }

    [Theory]
    [InlineData(true, false, new long[] { 1, 0, 1, 0 })]
    [InlineData(true, true, new long[] { 1, 2, 1, 2 })]
    [InlineData(false, false, new long[] { 0, 1, 0, 1 })]
    public void Extremes_are_the_first_or_the_last(bool largest, bool last, long[] expected)
    {
        // [2, 3, 2]
        using var x = GuardedBuffer<float>.From([1, 5, 4, 2, 2, 5, 0, 3, 9, 1, 4, 3]);
        using var y = new GuardedBuffer<long>(4);
        ArgExtreme.Run(x.Pointer, y.Pointer, 2, 3, 2, largest, last);
        Assert.Equal(expected, y.Span.ToArray());
        y.Check();
    }

    [Theory]
    [InlineData(false, false, new[] { 1, 2, 4, 6, 9, 12 })]
    [InlineData(true, false, new[] { 0, 0, 1, 2, 4, 6 })]
    [InlineData(false, true, new[] { 9, 12, 8, 10, 5, 6 })]
    [InlineData(true, true, new[] { 8, 10, 5, 6, 0, 0 })]
    public void Running_sums(bool exclusive, bool reverse, int[] expected)
    {
        // [3, 2]
        using var x = GuardedBuffer<int>.From([1, 2, 3, 4, 5, 6]);
        using var y = new GuardedBuffer<int>(6);
        CumSum.Run(x.Pointer, y.Pointer, 1, 3, 2, exclusive, reverse);
        Assert.Equal(expected, y.Span.ToArray());
        y.Check();
    }

    [Fact]
    public void Ranges_count_from_their_start()
    {
        using var y = new GuardedBuffer<long>(4);
        Fill.Range(y.Pointer, 7, -3, 4);
        Assert.Equal([7L, 4, 1, -2], y.Span.ToArray());
        y.Check();
    }

    [Fact]
    public void Rests_have_the_sign_of_divisor_or_dividend()
    {
        using var a = GuardedBuffer<int>.From([7, -7, 7, -7, 6]);
        using var b = GuardedBuffer<int>.From([3, 3, -3, -3, 3]);
        using var y = new GuardedBuffer<int>(5);
        Zip.Run(default(Modulo), a.Pointer, b.Pointer, y.Pointer, [5], [1], [1]);
        Assert.Equal([1, 2, -2, -1, 0], y.Span.ToArray());
        Zip.Run(default(Remainder), a.Pointer, b.Pointer, y.Pointer, [5], [1], [1]);
        Assert.Equal([1, -1, 1, -1, 0], y.Span.ToArray());
    }

    /// <summary>No float is near enough to the quotient of 1e30 and 7 to leave the rest right.</summary>
    [Fact]
    public void Rests_of_floats_are_exact()
    {
        float[] dividends = [5.5f, -5.5f, 5.5f, -5.5f, 6, -6, 1e30f, MathF.BitDecrement(1), float.NaN];
        float[] divisors = [2, 2, -2, -2, 2, 2, 7, 1 / 3f, 1];
        using var a = GuardedBuffer<float>.From(dividends);
        using var b = GuardedBuffer<float>.From(divisors);
        using var y = new GuardedBuffer<float>(dividends.Length);
        Zip.Run(default(Modulo), a.Pointer, b.Pointer, y.Pointer, [dividends.Length], [1], [1]);
        y.Check();
        for (int i = 0; i < dividends.Length; i++)
        {
            Assert.Equal(Rest(dividends[i], divisors[i]), y.Span[i]);
        }

        // Doubles hold the products of the small quotients exactly; the rest of the large one is taken with whole numbers.
        static float Rest(float a, float b) => a == 1e30f
            ? (float)(long)(new System.Numerics.BigInteger(a) % (int)b)
            : (float)(a - (b * Math.Floor((double)a / b)));
    }
}
