using MixPrec.Compiler.Timing;
using Xunit;

namespace MixPrec.Compiler.Tests.Timing;

/// <summary>On a clock that only the runs advance: no test here depends on how fast the machine is.</summary>
public sealed class StopwatchesTests
{
    private readonly PlayedClock _clock = new();

    [Fact]
    public void ASteadyRunHasItsTimeAndNoSpread()
    {
        var measured = Measure(() => 100_000);
        Assert.Equal(new Measurement(100_000, 0, 31), measured);
    }

    [Fact]
    public void ShortRunsAreRepeatedUntilARoundIsLong()
    {
        int calls = 0;
        Assert.Equal(1000, Measure(() => calls++ >= 0 ? 1000 : 0).Nanoseconds);
        // One to warm up, 1 + 2 + … + 256 to find that 256 runs of 1 µs pass 200 µs, then 31 rounds of 256.
        Assert.Equal(1 + 511 + (31 * 256), calls);
    }

    [Fact]
    public void ARunTooShortForTheClockEndsAllTheSame() => Assert.Equal(0, Measure(() => 0).Nanoseconds);

    [Fact]
    public void OutliersMoveNeitherMedianNorSpread()
    {
        int call = 0;
        // A tenth of the runs takes a hundred times as long.
        var measured = Measure(() => ++call % 10 == 0 ? 50_000_000 : 500_000);
        Assert.Equal((500_000, 0), (measured.Nanoseconds, measured.Spread));
    }

    [Fact]
    public void MedianAndQuartilesAreThoseOfTheSortedRounds()
    {
        // Warm-up and search take a call each; rounds take 1, 2, … 31 ms in a scattered order: median 16, quartiles 8.5 and 23.5, read at whole positions.
        int call = -2;
        var measured = Measure(() => call++ < 0 ? 1_000_000 : 1_000_000 * (1 + (call * 7 % 31)), seconds: 100);
        Assert.Equal((16_000_000, 31), (measured.Nanoseconds, measured.Rounds));
        Assert.InRange(measured.Spread, 14_000_000, 16_000_000);
    }

    [Fact]
    public void SlowRunsGetFewerRoundsButFive() => Assert.Equal(5, Measure(() => 1_000_000_000, seconds: 2).Rounds);

    [Fact]
    public void RunsTakeTurns()
    {
        var order = new List<char>();
        Action Named(char name) => () =>
        {
            order.Add(name);
            _clock.Advance(1_000_000);
        };
        var measured = Stopwatches.Measure([Named('a'), Named('b'), Named('c')], _clock, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(3, measured.Count);
        Assert.Equal("aabbcc" + string.Concat(Enumerable.Repeat("abc", 31)), string.Concat(order));
    }

    [Fact]
    public void ADisturbanceHitsAllRunsAlike()
    {
        // The machine becomes half as fast after some time: the ratio of two runs stays.
        Action Work(int nanoseconds) => () => _clock.Advance(_clock.GetTimestamp() < 20_000_000 ? nanoseconds : 2 * nanoseconds);
        var measured = Stopwatches.Measure([Work(400_000), Work(800_000)], _clock, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(2, measured[1].Nanoseconds / measured[0].Nanoseconds, 6);
    }

    [Fact]
    public void CancellationEndsTheRounds()
    {
        using var source = new CancellationTokenSource();
        int calls = 0;
        Assert.Throws<OperationCanceledException>(() => Stopwatches.Measure(
            [() =>
            {
                _clock.Advance(1_000_000);
                if (++calls == 10)
                {
                    source.Cancel();
                }
            }], _clock, TimeSpan.FromSeconds(10), source.Token));
        Assert.Equal(10, calls);
    }

    private Measurement Measure(Func<long> nanoseconds, double seconds = 10) =>
        Assert.Single(Stopwatches.Measure([() => _clock.Advance(nanoseconds())], _clock, TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken));

    private sealed class PlayedClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => _now;

        public void Advance(long nanoseconds) => _now += nanoseconds;
    }
}
