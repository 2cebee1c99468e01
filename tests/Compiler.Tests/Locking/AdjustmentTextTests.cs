using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using Xunit;

namespace MixPrec.Compiler.Tests.Locking;

public sealed class AdjustmentTextTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(127)]
    [InlineData(-127)]
    public void OneStepComesBack(int step) => Assert.Equal([(sbyte)step], Again([(sbyte)step]));

    [Fact]
    public void RandomStepsComeBackAndRareOnesTakeFewBits()
    {
        var random = new Random(1);
        sbyte[] steps = [.. Enumerable.Range(0, 10000).Select(_ => (sbyte)(random.Next(4) > 0 ? 0 : random.Next(-2, 3)))];
        Assert.Equal(steps, Again(steps));
        Assert.InRange(AdjustmentText.Format(new WeightRounding(steps)).Length, 1, 10000 * 2 / 8 * 4 / 3);
    }

    [Fact]
    public void CorrectionsComeBackInBf16()
    {
        float[] corrections = [0, 1.5f, -0.0078125f, 3e-20f];
        var expected = BiasCorrection.FromMeanErrors([.. corrections.Select(c => (double)-c)]);
        Assert.Equal(expected, AdjustmentText.ParseCorrection(AdjustmentText.Format(expected)));
        Assert.All(expected.Values.ToArray().Zip(corrections), p => Assert.Equal(p.Second, p.First, Math.Abs(p.Second) / 256));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("AA==", 9)]
    [InlineData("AA==", 0)]
    [InlineData("AAA=", 8)]
    [InlineData("/w==", 1)]
    [InlineData("gA==", 1)]
    [InlineData("fw==", 2)]
    [InlineData("no", 1)]
    public void TextOfOtherStepsIsNone(string text, int count) => Assert.Null(AdjustmentText.ParseRounding(text, count));

    [Theory]
    [InlineData("")]
    [InlineData("AA==")]
    [InlineData("gH8=")]
    [InlineData("*")]
    public void TextOfNoNumbersIsNone(string text) => Assert.Null(AdjustmentText.ParseCorrection(text));

    private static sbyte[] Again(sbyte[] steps) =>
        AdjustmentText.ParseRounding(AdjustmentText.Format(new WeightRounding(steps)), steps.Length)!.Steps.ToArray();
}
