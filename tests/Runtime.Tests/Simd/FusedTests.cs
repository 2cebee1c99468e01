using System.Numerics;
using System.Runtime.Intrinsics;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Simd;

/// <summary>
/// The fused product and sum without the machine's instruction gives the exact value rounded once, checked with whole numbers of any size.
/// </summary>
public sealed class FusedTests
{
    private const int Cases = 300_000;

    /// <summary>Every finite float is a whole number of 2^-149, every product one of 2^-298.</summary>
    private const int Fraction = 149;

    [Fact]
    public void RandomBitsAreRoundedOnce() => Check(random => (Bits(random), Bits(random), Bits(random)));

    [Fact]
    public void SumsOfOneSizeAreRoundedOnce() => Check(random =>
    {
        float left = Near(random, 0), right = Near(random, random.Next(-3, 4));
        return (left, right, -left * right * (random.Next(3) == 0 ? Near(random, -22) : 1));
    });

    /// <summary>
    /// The addend's neighbour lies half its distance away, but for less than a double can tell: where rounding twice goes wrong.
    /// </summary>
    [Fact]
    public void SumsBesideTheMiddleBetweenTwoFloatsAreRoundedOnce() => Check(random =>
    {
        int power = random.Next(-100, 100);
        float addend = MathF.ScaleB(1 + (random.Next(1 << 23) * MathF.ScaleB(1, -23)), power) * (random.Next(2) * 2 - 1);
        float step = MathF.ScaleB(1, -23 - random.Next(0, 2) + random.Next(0, 2));
        float nearlyOne = 1 + (random.Next(-2, 3) * step);
        return (MathF.ScaleB(nearlyOne, power - 24 + random.Next(-1, 2)), (1 / nearlyOne) * (random.Next(2) * 2 - 1), addend);
    });

    [Fact]
    public void ResultsBelowTheNormalFloatsAreRoundedOnce() => Check(random =>
        (Near(random, random.Next(-80, -60)), Near(random, random.Next(-80, -60)),
            random.Next(2) == 0 ? 0 : Near(random, random.Next(-149, -124))));

    [Fact]
    public void ResultsAtTheLargestFloatAreRoundedOnce() => Check(random =>
        (Near(random, random.Next(100, 104)), Near(random, random.Next(0, 2)), float.MaxValue * (random.Next(2) * 2 - 1)));

    [Theory]
    [InlineData(float.PositiveInfinity, 1f, float.NegativeInfinity, float.NaN)]
    [InlineData(float.PositiveInfinity, 0f, 1f, float.NaN)]
    [InlineData(float.NaN, 1f, 1f, float.NaN)]
    [InlineData(float.NegativeInfinity, 2f, 1f, float.NegativeInfinity)]
    [InlineData(float.MaxValue, 2f, float.NegativeInfinity, float.NegativeInfinity)]
    [InlineData(1f, -0f, 0f, 0f)]
    [InlineData(-0f, 1f, -0f, -0f)]
    [InlineData(1f, 1f, -1f, 0f)]
    public void SpecialValuesAreThoseOfIeee(float left, float right, float addend, float expected)
    {
        Assert.Equal(BitConverter.SingleToInt32Bits(expected) & (float.IsNaN(expected) ? int.MaxValue : -1),
            BitConverter.SingleToInt32Bits(Fused.Emulated(left, right, addend)) & (float.IsNaN(expected) ? int.MaxValue : -1));
        Assert.Equal(expected, Fused.Emulated(Vector128.Create(left), Vector128.Create(right), Vector128.Create(addend))[2]);
    }

    private static void Check(Func<Random, (float Left, float Right, float Addend)> draw)
    {
        var random = new Random(12);
        Span<float> left = stackalloc float[4], right = stackalloc float[4], addend = stackalloc float[4], lanes = stackalloc float[4];
        for (int i = 0; i < Cases / 4; i++)
        {
            for (int lane = 0; lane < 4; lane++)
            {
                (left[lane], right[lane], addend[lane]) = draw(random);
            }

            Fused.Emulated(Vector128.Create<float>(left), Vector128.Create<float>(right), Vector128.Create<float>(addend)).CopyTo(lanes);
            for (int lane = 0; lane < 4; lane++)
            {
                float expected = Exact(left[lane], right[lane], addend[lane]),
                    scalar = Fused.Emulated(left[lane], right[lane], addend[lane]);
                if (!expected.Equals(scalar) || !expected.Equals(lanes[lane]))
                {
                    Assert.Fail($"{left[lane]:R} · {right[lane]:R} + {addend[lane]:R}: expected {expected:R}, got {scalar:R} and {lanes[lane]:R}");
                }
            }
        }
    }

    private static float Bits(Random random)
    {
        float value;
        do
        {
            value = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
        }
        while (!float.IsFinite(value));

        return value;
    }

    private static float Near(Random random, int power) => MathF.ScaleB(1 + random.NextSingle(), power) * ((random.Next(2) * 2) - 1);

    private static float Exact(float left, float right, float addend)
    {
        var sum = (Whole(left) * Whole(right)) + (Whole(addend) << Fraction);
        var size = BigInteger.Abs(sum);

        // The last kept bit: 24 bits below the first one, and never below that of the subnormal floats.
        int dropped = Math.Max((int)size.GetBitLength() - 24, Fraction);
        var kept = size >> dropped;
        var rest = size - (kept << dropped);
        int middle = rest.CompareTo(BigInteger.One << (dropped - 1));
        kept += middle > 0 || (middle == 0 && !kept.IsEven) ? 1 : 0;
        double value = (double)kept * Math.ScaleB(1, dropped - (2 * Fraction));
        return (float)(sum.Sign < 0 ? -value : value);
    }

    private static BigInteger Whole(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value), exponent = (bits >> 23) & 0xFF;
        var significand = new BigInteger(exponent == 0 ? bits & 0x7FFFFF : (bits & 0x7FFFFF) | 0x800000) << Math.Max(exponent - 1, 0);
        return bits < 0 ? -significand : significand;
    }
}
