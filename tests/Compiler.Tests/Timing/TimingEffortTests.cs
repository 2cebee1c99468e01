using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Tests.Partition;
using MixPrec.Compiler.Timing;
using Xunit;

namespace MixPrec.Compiler.Tests.Timing;

public sealed class TimingEffortTests
{
    private readonly IReadOnlyList<Subgraph> _parts;

    public TimingEffortTests()
    {
        var net = new Networks();
        _parts = SequentialPartition.Partition(net.Build(net.Linear("c", net.Linear("b", net.Linear("a", net.Input("x", 1, 8), 8), 8), 4)));
    }

    /// <summary>Of three layers two are alike, and are timed once.</summary>
    [Fact]
    public void EqualPartsCountOnce() =>
        Assert.Equal(Effort(0).Seconds(_parts, [10, 10, 10]), 2 * Effort(0).Seconds(_parts.Take(1).ToArray(), [10]), 9);

    [Fact]
    public void ThereIsTimeForAllConfigurationsOfASmallNetwork() => Assert.Equal(64, Cap(1e-5));

    [Fact]
    public void SlowNetworksGetFewer() => Assert.Equal(32, Cap(0.1));

    /// <summary>Fewer than one candidate for all layers would be no choice.</summary>
    [Fact]
    public void SomeAreAlwaysTimed() => Assert.Equal(8, Cap(1000));

    private int Cap(double whole) => Effort(whole).Cap(_parts, cap => [cap, cap, cap], 64, TimeSpan.FromSeconds(60));

    private static TimingEffort Effort(double whole) => new(whole, 1 << 20, _ => 0.5);
}
