using System.Numerics;
using MixPrec.Experiments.Accumulation;
using MixPrec.Experiments.Emulation;
using Xunit;

namespace MixPrec.Experiments.Tests;

public sealed class RoundingTests
{
    public static TheoryData<string> Formats => [.. All.Keys];

    public static TheoryData<string> SmallFormats => [.. All.Values.Where(f => f.ExponentBits + f.MantissaBits <= 7).Select(f => f.Name)];

    private static Dictionary<string, FloatFormat> All { get; } = new FloatFormat[]
    {
        FloatFormat.E4M3Ieee, FloatFormat.E4M3, FloatFormat.E5M2, FloatFormat.F16, FloatFormat.BF16,
        new("E4M3-infinite", 4, 3), new("E4M3-NaN", 4, 3, TopExponent.Numbers), new("E5M2-saturating", 5, 2, Saturates: true),
            new("E3M4", 3, 4), new("E2M1", 2, 1, Saturates: true),
    }.ToDictionary(f => f.Name);

    [Fact]
    public void CodesMeanWhatTheirFormatsSay()
    {
        for (int code = 0; code < 1 << 16; code++)
        {
            Assert.Equal((double)BitConverter.UInt16BitsToHalf((ushort)code), FloatFormat.F16.Decode(code));
            Assert.Equal(BitConverter.Int32BitsToSingle(code << 16), (float)FloatFormat.BF16.Decode(code));
        }

        for (int code = 0; code < 256; code++)
        {
            Assert.Equal((double)BitConverter.UInt16BitsToHalf((ushort)(code << 8)), FloatFormat.E5M2.Decode(code));
        }

        Assert.Equal((240, 448, 57344), (FloatFormat.E4M3Ieee.Largest, FloatFormat.E4M3.Largest, FloatFormat.E5M2.Largest));
        Assert.Equal((Math.ScaleB(1, -9), Math.ScaleB(1, -9), 448),
            (FloatFormat.E4M3.Decode(1), FloatFormat.E4M3Ieee.Decode(1), FloatFormat.E4M3.Decode(0x7E)));
        Assert.True(double.IsNaN(FloatFormat.E4M3.Decode(0x7F)) && double.IsInfinity(FloatFormat.E4M3Ieee.Decode(0x78)));
    }

    [Fact]
    public void EveryFloatBetweenHalvesRoundsLikeHalf()
    {
        for (int code = 0; code < 0x7C00; code++)
        {
            double value = FloatFormat.F16.Decode(code), next = code + 1 == 0x7C00 ? 65536 : FloatFormat.F16.Decode(code + 1),
                middle = (value + next) / 2;
            foreach (double x in new[] { value, middle, Math.BitDecrement(middle), Math.BitIncrement(middle), -middle })
            {
                Assert.Equal((double)(Half)x, RoundedSum.Of(FloatFormat.F16, x, 0));
            }
        }
    }

    [Theory]
    [MemberData(nameof(SmallFormats))]
    public void AllSumsOfTwoNumbersOfSmallFormats(string name)
    {
        var format = All[name];
        var values = Values(format);
        Check(format, from a in values from b in values select (a, 1f, b));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void RandomMultiplyAdds(string name)
    {
        var format = All[name];
        var random = new Random(5);
        var values = Values(format);
        float Any() => values[random.Next(values.Length)];
        float Spread() => (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-20, 10)));
        Check(format, Enumerable.Range(0, 20000).Select(i => i % 2 == 0 ? (Any(), Any(), Any()) : (Spread(), Spread(), Any())));
    }

    /// <summary>Sums that a float rounds to a midpoint of the format although they lie beside it.</summary>
    [Theory]
    [MemberData(nameof(Formats))]
    public void SumsBesideAMidpointAreNotRoundedTwice(string name)
    {
        var format = All[name];
        var cases = from c in Values(format)
                    let half = format.Quantum(Math.Abs(c)) / 2
                    where half > 1e-30 && Math.Abs(c) < 1e30
                    from factor in new[] { 1, 1 + Math.ScaleB(1, -23), 1 - Math.ScaleB(1, -24), -1, -1 - Math.ScaleB(1, -23),
                        -1 + Math.ScaleB(1, -24), 0.5, 3, Math.ScaleB(1, -30) }
                    from other in new[] { 1f, 1 + MathF.ScaleB(1, -22) }
                    select ((float)(half * factor), other, c);
        Assert.NotEmpty(cases);
        Check(format, cases.Take(200_000));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void StochasticRoundingIsUnbiased(string name)
    {
        var format = All[name];
        double lower = format.Decode(1 << format.MantissaBits), quantum = format.Quantum(lower);
        int bits = RoundingDraws.BitsOf(format), ups = 0, trials = 1 << 14;
        const double part = 0.3;
        for (int i = 0; i < trials; i++)
        {
            ups += RoundedSum.Of(format, lower, part * quantum, RoundingDraws.Of(RoundingDraws.Key(1, i, 0), 0, bits)) > lower ? 1 : 0;
        }

        // Four standard deviations of a binomial, and the draws' own grid.
        double tolerance = (4 * Math.Sqrt(part * (1 - part) / trials)) + Math.ScaleB(1, -bits);
        Assert.InRange((double)ups / trials, part - tolerance, part + tolerance);
        Assert.Equal(lower, RoundedSum.Of(format, lower, 0, RoundingDraws.Of(7, 0, bits)));
    }

    private static float[] Values(FloatFormat format)
    {
        int bits = format.ExponentBits + format.MantissaBits;
        var codes = bits <= 7 ? Enumerable.Range(0, 2 << bits) : Enumerable.Range(0, 4096)
            .Select(i => (int)(i * 16L * 2654435761L % (2 << bits)));
        return [.. codes.Select(format.Decode).Where(double.IsFinite).Select(v => (float)v)];
    }

    /// <summary>a·b + c by vectors, by one sum, and by the definition: to nearest even and stochastically.</summary>
    private static void Check(FloatFormat format, IEnumerable<(float A, float B, float C)> cases)
    {
        var exact = new ExactRounding(format);
        var rounding = new VectorRounding(format);
        int bits = RoundingDraws.BitsOf(format);
        foreach (var (chunk, number) in cases.Chunk(Vector<float>.Count).Select((c, i) => (c, (uint)i)))
        {
            Vector<float> a = Lanes(chunk, x => x.A), b = Lanes(chunk, x => x.B), c = Lanes(chunk, x => x.C);
            var nearest = rounding.MultiplyAdd(a, b, c, out var decided);
            nearest = rounding.Decide(nearest, decided, a, b, c, null, 0);
            var drawn = rounding.MultiplyAdd(a, b, c, number, 3, out decided);
            drawn = rounding.Decide(drawn, decided, a, b, c, number, 3);
            for (int i = 0; i < chunk.Length; i++)
            {
                var sum = ExactRounding.Product(a[i], b[i]) + ExactRounding.Of(c[i]);
                Assert.Equal(exact.Round(sum), nearest[i]);
                Assert.Equal(exact.Round(sum), RoundedSum.Of(format, (double)a[i] * b[i], c[i]));
                Assert.Equal(exact.Round(sum, RoundingDraws.Of(number, 3 + i, bits)), drawn[i]);
            }
        }
    }

    private static Vector<float> Lanes((float A, float B, float C)[] chunk, Func<(float A, float B, float C), float> part) =>
        new([.. chunk.Select(part), .. new float[Vector<float>.Count - chunk.Length]]);
}
