using MixPrec.Compiler.Timing;
using Xunit;

namespace MixPrec.Compiler.Tests.Timing;

/// <summary>What is said of two networks follows from what the rounds leave open.</summary>
public sealed class TimeComparisonTests
{
    [Theory]
    [InlineData(1000, 0, 990, 0, "Faster")]
    [InlineData(1000, 0, 1000, 0, "NotFaster")]
    [InlineData(1000, 0, 1200, 0, "NotFaster")]
    [InlineData(1000, 500, 900, 500, "Undecided")]
    [InlineData(1000, 500, 1100, 500, "Undecided")]
    [InlineData(1000, 500, 500, 500, "Faster")]
    [InlineData(1000, 500, 1500, 500, "NotFaster")]
    public void TheSpreadDecidesWhetherADifferenceIsOne(double first, double spread, double second, double other, string verdict) =>
        Assert.Equal(verdict, new TimeComparison(new(first, spread, 31), new(second, other, 31)).Verdict.ToString());

    /// <summary>What is still open after 31 rounds is told by 2,000.</summary>
    [Fact]
    public void MoreRoundsTellMore()
    {
        Assert.Equal(Verdict.Undecided, new TimeComparison(new(1000, 300, 31), new(950, 300, 31)).Verdict);
        Assert.Equal(Verdict.Faster, new TimeComparison(new(1000, 300, 2000), new(950, 300, 2000)).Verdict);
    }
}
