using MixPrec.Compiler.Formats;
using Xunit;

namespace MixPrec.Compiler.Tests.Formats;

/// <summary>
/// α against the values of the literature and against rounding of random numbers scaled to the largest value of the format.
/// </summary>
public sealed class RoundingNoiseTests
{
    [Theory]
    [InlineData(RoundingNoise.BF16Bits, 2.75e-6)]
    [InlineData(RoundingNoise.F16Bits, 4.3e-8)]
    [InlineData(RoundingNoise.E4M3Bits, 7.0e-4)]
    [InlineData(RoundingNoise.E5M2Bits, 2.8e-3)]
    public void RelativeNoiseHasTheKnownValues(int bits, double expected) => Assert.Equal(1, RoundingNoise.Relative(bits) / expected, 0.02);

    [Theory]
    [InlineData(RoundingNoise.BF16Bits, -126, 3.3895314e38, false)]
    [InlineData(RoundingNoise.BF16Bits, -126, 3.3895314e38, true)]
    [InlineData(RoundingNoise.F16Bits, -14, 65504, false)]
    [InlineData(RoundingNoise.F16Bits, -14, 65504, true)]
    [InlineData(RoundingNoise.E4M3Bits, -6, 448, false)]
    [InlineData(RoundingNoise.E4M3Bits, -6, 448, true)]
    [InlineData(RoundingNoise.E5M2Bits, -14, 57344, false)]
    [InlineData(RoundingNoise.E5M2Bits, -14, 57344, true)]
    public void RelativeNoiseIsThatOfRoundedNumbers(int bits, int smallestExponent, double largest, bool laplace)
    {
        var random = new Random(3);
        double[] numbers = [.. Enumerable.Range(0, 100_000).Select(_ => laplace
            ? Math.Log(1 - random.NextDouble()) * Math.Sign(random.NextDouble() - 0.5)
            : Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
        double scale = largest / numbers.Max(Math.Abs);
        double error = 0, size = 0;
        foreach (double number in numbers)
        {
            double x = number * scale;
            double step = Math.ScaleB(1, Math.Max(x == 0 ? smallestExponent : Math.ILogB(x), smallestExponent) - bits);
            error += Math.Pow((Math.Round(x / step, MidpointRounding.ToEven) * step) - x, 2);
            size += x * x;
        }

        Assert.Equal(1, error / size / RoundingNoise.Relative(bits), 0.1);
    }

    /// <summary>Also where most numbers are subnormal, and where some are larger than the largest.</summary>
    [Theory]
    [InlineData("F16", 1e-5)]
    [InlineData("F16", 3e4)]
    [InlineData("E4M3", 3e-3)]
    [InlineData("E4M3", 300)]
    [InlineData("E5M2", 1)]
    [InlineData("E2M1", 2)]
    public void NoiseOfSmallFloatsIsThatOfRoundedNumbers(string name, double spread)
    {
        var form = (SmallFloat)typeof(SmallFloat).GetField(name)!.GetValue(null)!;
        var random = new Random(5);
        double error = 0, expected = 0;
        for (int i = 0; i < 100_000; i++)
        {
            float x = (float)(spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            error += Math.Pow((double)form.Round(x) - x, 2);
            expected += form.Noise(x);
        }

        Assert.Equal(1, expected / error, 0.12);
    }
}
