using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Small floats against tables of their numbers and a search for the nearest one.</summary>
public sealed class FloatCodeTests
{
    /// <summary>Numbers from the ONNX specification of the formats: least, one, largest, and what the last codes mean.</summary>
    [Fact]
    public void Landmarks_of_the_specification()
    {
        Check<E4M3>((0x01, 0.001953125f), (0x08, 0.015625f), (0x38, 1), (0x7E, 448), (0x7F, float.NaN), (0xFF, float.NaN), (0xB8, -1));
        Check<E4M3FNUZ>((0x01, 0.0009765625f), (0x40, 1), (0x7F, 240), (0x80, float.NaN), (0xFF, -240));
        Check<E5M2>((0x01, 0.0000152587890625f), (0x3C, 1), (0x7B, 57344), (0x7C, float.PositiveInfinity), (0xFC, float.NegativeInfinity),
            (0x7D, float.NaN), (0xFF, float.NaN));
        Check<E5M2FNUZ>((0x01, 0.00000762939453125f), (0x40, 1), (0x7F, 57344), (0x80, float.NaN));
        Check<E2M1>((0, 0), (1, 0.5f), (2, 1), (3, 1.5f), (4, 2), (5, 3), (6, 4), (7, 6), (8, -0f), (15, -6));
        Check<E8M0>((0, 5.877472e-39f), (126, 0.5f), (127, 1), (254, 1.7014118e38f), (255, float.NaN));
    }

    [Fact]
    public void Every_number_is_its_own_nearest_and_halves_go_to_the_even_code()
    {
        Nearest<E4M3>(448, nan: true);
        Nearest<E4M3FNUZ>(240, nan: true);
        Nearest<E5M2>(57344, nan: true);
        Nearest<E5M2FNUZ>(57344, nan: true);
        Nearest<E2M1>(6, nan: false);
    }

    [Fact]
    public void What_is_too_large()
    {
        Overflow<E4M3>(448, float.NaN);
        Overflow<E4M3FNUZ>(240, float.NaN);
        Overflow<E5M2>(57344, float.PositiveInfinity);
        Overflow<E5M2FNUZ>(57344, float.NaN);
        Overflow<E2M1>(6, 6);
        Assert.Equal(8, Encode<E2M1>(float.NaN, true, CodeRounding.Up));
    }

    /// <summary>Powers of two: all codes, the middle above each, and its neighbours.</summary>
    [Fact]
    public void Powers_of_two_round_as_asked()
    {
        for (int code = 0; code < 254; code++)
        {
            float number = Decode<E8M0>((byte)code), middle = number * 1.5f;
            foreach (var rounding in Enum.GetValues<CodeRounding>())
            {
                Assert.Equal(code, Encode<E8M0>(number, true, rounding));
                Assert.Equal(code, Encode<E8M0>(-number, true, rounding));
            }

            Assert.Equal(code + 1, Encode<E8M0>(MathF.BitIncrement(number), true, CodeRounding.Up));
            Assert.Equal(code, Encode<E8M0>(MathF.BitDecrement(number * 2), true, CodeRounding.Down));
            Assert.Equal(code + 1, Encode<E8M0>(middle, true, CodeRounding.Nearest));
            Assert.Equal(code, Encode<E8M0>(MathF.BitDecrement(middle), true, CodeRounding.Nearest));
        }

        Assert.Equal(254, Encode<E8M0>(float.MaxValue, true, CodeRounding.Up));
        Assert.Equal(255, Encode<E8M0>(float.MaxValue, false, CodeRounding.Up));
        Assert.Equal(255, Encode<E8M0>(float.PositiveInfinity, true, CodeRounding.Down));
        Assert.Equal(255, Encode<E8M0>(float.NaN, true, CodeRounding.Nearest));
        Assert.Equal(0, Encode<E8M0>(0, true, CodeRounding.Up));
    }

    [Fact]
    public void Low_bits_keep_their_sign()
    {
        using var x = GuardedBuffer<sbyte>.From([.. Enumerable.Range(-128, 256).Select(i => (sbyte)i)]);
        using var y = new GuardedBuffer<sbyte>(256);
        using var u = GuardedBuffer<byte>.From([.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        using var v = new GuardedBuffer<byte>(256);
        foreach (int bits in new[] { 2, 4 })
        {
            int count = 1 << bits;
            LowBits.Run(x.Pointer, y.Pointer, bits, 256);
            LowBits.Run(u.Pointer, v.Pointer, bits, 256);
            Assert.All(Enumerable.Range(0, 256), i =>
                Assert.Equal(((((i - 128 + (count / 2)) % count) + count) % count) - (count / 2), y.Span[i]));
            Assert.All(Enumerable.Range(0, 256), i => Assert.Equal(i % count, v.Span[i]));
        }
    }

    /// <summary>Sweeps numbers, middles and the floats beside them; the reference looks through all codes for the nearest.</summary>
    private static void Nearest<T>(float largest, bool nan) where T : struct, IFloatCode
    {
        byte[] codes = [.. Enumerable.Range(0, largest == 6 ? 16 : 256).Select(i => (byte)i).Where(c => float.IsFinite(Decode<T>(c)))];
        float[] numbers = [.. codes.Select(Decode<T>).Distinct().Order()];
        var middles = numbers.Zip(numbers.Skip(1), (a, b) => (a / 2) + (b / 2));
        foreach (float x in numbers.Concat(middles).SelectMany(m => new[] { m, MathF.BitIncrement(m), MathF.BitDecrement(m) })
            .Where(x => Math.Abs(x) <= largest))
        {
            double least = codes.Min(c => Distance(c, x));
            byte[] nearest = [.. codes.Where(c => Distance(c, x) == least)];
            byte code = Encode<T>(x, true, CodeRounding.Up);
            Assert.Contains(code, nearest);
            Expect.True(nearest.Select(Decode<T>).Distinct().Count() == 1 || code % 2 == 0, $"{x:R} became {code}");
            Assert.True(Decode<T>(code) != 0 || !float.IsNegative(Decode<T>(code)) || float.IsNegative(x));
        }

        Assert.Equal(nan, float.IsNaN(Decode<T>(Encode<T>(float.NaN, true, CodeRounding.Up))));

        static double Distance(byte code, float x) => Math.Abs((double)Decode<T>(code) - x);
    }

    private static void Overflow<T>(float largest, float beyond) where T : struct, IFloatCode
    {
        foreach (float x in new[] { largest * 2, float.MaxValue, float.PositiveInfinity })
        {
            Assert.Equal(largest, Decode<T>(Encode<T>(x, true, CodeRounding.Up)));
            Assert.Equal(-largest, Decode<T>(Encode<T>(-x, true, CodeRounding.Up)));
            Assert.Equal(beyond, Decode<T>(Encode<T>(x, false, CodeRounding.Up)));
            Assert.Equal(-beyond, Decode<T>(Encode<T>(-x, false, CodeRounding.Up)));
        }
    }

    private static void Check<T>(params (byte Code, float Number)[] landmarks) where T : struct, IFloatCode
    {
        using var x = GuardedBuffer<byte>.From([.. landmarks.Select(l => l.Code)]);
        using var y = new GuardedBuffer<float>(landmarks.Length);
        FloatCodes.Decode(default(T), x.Pointer, y.Pointer, landmarks.Length);
        y.Check();
        Assert.Equal(landmarks.Select(l => l.Number), y.Span.ToArray());
    }

    private static float Decode<T>(byte code) where T : struct, IFloatCode => T.Decode(code);

    private static byte Encode<T>(float value, bool saturate, CodeRounding rounding) where T : struct, IFloatCode =>
        T.Encode(value, saturate, rounding);
}
