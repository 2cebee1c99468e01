using MixPrec.Compiler.Timing;
using Xunit;

namespace MixPrec.Compiler.Tests.Timing;

/// <summary>Parts that were timed one by one, and the whole that they are.</summary>
public sealed class TimingTableTests
{
    /// <summary>
    /// The first layer of a network of 125 µs takes 204 µs when it is timed alone: whatever saves 177 µs of that may not make the whole
    /// take less than nothing.
    /// </summary>
    [Fact]
    public void TheFittedPartsAddUpToTheWholeAndNoPlanTakesLessThanNothing()
    {
        var table = new TimingTable([Part(204_000, 27_000), Part(20_000, 10_000), Part(1_000, 900)], new(125_000, 0, 31));
        var fitted = table.Fitted;
        Assert.Equal(125_000, fitted.Sum(t => t.Float32.Nanoseconds), 6);
        double saved = fitted.Sum(t => t.Float32.Nanoseconds - t.Configurations[1].Nanoseconds);
        Assert.Equal(125_000 - (125_000.0 / 225_000 * 37_900), saved, 6);
        Assert.False(table.Agrees);
    }

    [Theory]
    [InlineData(100, 100, true)]
    [InlineData(100, 140, true)]
    [InlineData(100, 70, true)]
    [InlineData(100, 160, false)]
    [InlineData(100, 60, false)]
    public void PartsAndWholeMayDifferByHalf(double parts, double whole, bool agree) =>
        Assert.Equal(agree, new TimingTable([Part(parts, 1)], new(whole, 0, 31)).Agrees);

    /// <summary>Spreads are times too.</summary>
    [Fact]
    public void SpreadsAreScaledAlike()
    {
        var table = new TimingTable([new(new(100, 10, 31), [new(100, 10, 31)])], new(50, 0, 31));
        Assert.Equal(new Measurement(50, 5, 31), table.Fitted[0].Float32);
    }

    private static SubgraphTiming Part(double float32, double other) => new(new(float32, 0, 31), [new(float32, 0, 31), new(other, 0, 31)]);
}
