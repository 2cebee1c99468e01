using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class CastTests
{
    [Fact]
    public void Floats_lose_their_fraction()
    {
        Check<float, int>([1.9f, -1.9f, -0f, 3e9f, -3e9f, float.NaN], [1, -1, 0, int.MaxValue, int.MinValue, 0]);
        Check<double, long>([2.5, -2.5, 1e300], [2, -2, long.MaxValue]);
        Check<float, sbyte>([-128.5f, 127.9f, 300, -300], [-128, 127, 127, -128]);
        Check<float, byte>([255.9f, -1, 256], [255, 0, 255]);
        Check<Half, ushort>([(Half)1.5f, (Half)65504], [1, 65504]);
        Check<double, ulong>([1.8e19, -1], [18000000000000000000, 0]);
    }

    [Fact]
    public void Integers_keep_their_low_bits()
    {
        Check<int, sbyte>([300, -129, 127], [44, 127, 127]);
        Check<long, int>([0x1_0000_0005, -1], [5, -1]);
        Check<int, ulong>([-1], [ulong.MaxValue]);
        Check<sbyte, ushort>([-1], [ushort.MaxValue]);
        Check<uint, short>([0xFFFF8000], [short.MinValue]);
    }

    [Fact]
    public void Numbers_round_once_to_the_nearest_float()
    {
        // 2^54 + 2^30 + 1 is above the middle of two floats; by way of a double it would become the middle, and round to even.
        Check<long, float>([(1L << 54) + (1L << 30) + 1], [(1L << 54) + (1L << 31)]);
        Check<double, float>([1e300, 0.1], [float.PositiveInfinity, 0.1f]);
        Check<float, Half>([65520, 0.1f], [Half.PositiveInfinity, (Half)0.1f]);
        Check<float, double>([0.1f], [0.1f]);
        Check<ulong, double>([ulong.MaxValue], [18446744073709551616.0]);
    }

    [Fact]
    public void Truth_values()
    {
        Check<float, bool>([0, -0f, 0.1f, float.NaN, float.Epsilon], [false, false, true, true, true]);
        Check<long, bool>([0, 1L << 40], [false, true]);
        Check<bool, float>([true, false], [1, 0]);
        Check<bool, long>([true, false], [1, 0]);
        Check<bool, bool>([true, false], [true, false]);
    }

    [Fact]
    public void Every_bfloat16_survives_single_precision_and_ties_go_to_even()
    {
        ushort[] codes = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        float[] numbers = Run<BF16, float>([.. codes.Select(bits => new BF16(bits))]);
        ushort[] back = [.. Run<float, BF16>(numbers).Select(b => b.Bits)];
        Assert.All(codes, bits =>
            Assert.True(float.IsNaN(numbers[bits]) ? float.IsNaN(new BF16(back[bits]).ToSingle()) : back[bits] == bits));
        Assert.Equal([0x3F80, 0x3F82, 0x3F81, 0x7F80],
            Run<float, BF16>([Bits(0x3F808000), Bits(0x3F818000), Bits(0x3F808001), float.MaxValue]).Select(b => (int)b.Bits));
        Check<BF16, int>([new(0xC020)], [-2]);
    }

    [Fact]
    public void Other_types_are_refused()
    {
        Assert.Throws<NotSupportedException>(() => Run<decimal, float>([1]));
        Assert.Throws<NotSupportedException>(() => Run<float, decimal>([1]));
    }

    private static float Bits(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    private static void Check<TFrom, TTo>(TFrom[] x, TTo[] expected)
        where TFrom : unmanaged
        where TTo : unmanaged => Assert.Equal(expected, Run<TFrom, TTo>(x));

    private static TTo[] Run<TFrom, TTo>(TFrom[] values)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        using var x = GuardedBuffer<TFrom>.From(values);
        using var y = new GuardedBuffer<TTo>(values.Length);
        Cast.Run(x.Pointer, y.Pointer, values.Length);
        y.Check();
        return y.Span.ToArray();
    }
}
