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
        // 1 + 2 + … + 256 to find that 256 runs of 1 µs pass 200 µs, 256 more that take as long, then 31 rounds of 256; each of these 41
        // begins with a run that is not timed.
        Assert.Equal(511 + 256 + (31 * 256) + 41, calls);
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
        // Warm-up and search take a call each; rounds take 1, 2, … 31 ms in a scattered order: median 16, quartiles 8.5 and 23.5, read at
        // whole positions.
        int call = -4;
        var measured = Measure(() => call++ < 0 || call % 2 != 0 ? 1_000_000 : 1_000_000 * (1 + (call / 2 * 7 % 31)), seconds: 100);
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
        var measured = Stopwatches.Measure([new(Named('a')), new(Named('b')), new(Named('c'))], Clocks, s_long,
            TestContext.Current.CancellationToken);
        Assert.Equal(3, measured.Count);
        Assert.Equal("aaaabbbbcccc" + string.Concat(Enumerable.Repeat("aabbcc", 31)), string.Concat(order));
    }

    [Fact]
    public void ADisturbanceHitsAllRunsAlike()
    {
        // The machine becomes half as fast after some time: the ratio of two runs stays.
        Action Work(int nanoseconds) => () => _clock.Advance(_clock.GetTimestamp() < 20_000_000 ? nanoseconds : 2 * nanoseconds);
        var measured = Stopwatches.Measure([new(Work(400_000)), new(Work(800_000))], Clocks, s_long, TestContext.Current.CancellationToken);
        Assert.Equal(2, measured[1].Nanoseconds / measured[0].Nanoseconds, 6);
    }

    [Fact]
    public void CancellationEndsTheRounds()
    {
        using var source = new CancellationTokenSource();
        int calls = 0;
        Assert.Throws<OperationCanceledException>(() => Stopwatches.Measure(
            [new(() =>
            {
                _clock.Advance(1_000_000);
                if (++calls == 10)
                {
                    source.Cancel();
                }
            })], Clocks, s_long, source.Token));
        Assert.Equal(10, calls);
    }

    /// <summary>Code that is compiled anew while it runs: the slow rounds are those that are not measured.</summary>
    [Fact]
    public void RoundsBeginWhenTimesHaveSettled()
    {
        int call = 0;
        var measured = Measure(() => ++call <= 10 ? 4_000_000 - (call * 300_000) : 1_000_000);
        Assert.Equal((1_000_000, 0), (measured.Nanoseconds, measured.Spread));
    }

    /// <summary>Times that never settle are measured all the same, and their spread says so.</summary>
    [Fact]
    public void RestlessTimesEndTheWarmUp()
    {
        int call = 0;
        Assert.True(Measure(() => ++call % 4 < 2 ? 1_000_000 : 2_000_000).RelativeSpread > 0.2);
    }

    /// <summary>Other processes take the CPU for half of every run: what the thread did not run is not counted.</summary>
    [Fact]
    public void TimeThatTheThreadDidNotRunIsNotCounted()
    {
        var thread = new PlayedClock();
        var run = new TimedRun(() =>
        {
            _clock.Advance(600_000);
            thread.Advance(300_000);
        });
        var measured = Assert.Single(Stopwatches.Measure([run], new(_clock, thread), s_long, TestContext.Current.CancellationToken));
        Assert.Equal(300_000, measured.Nanoseconds, 3);
    }

    /// <summary>What leaves the caches cold is called before each run, and only the runs are timed.</summary>
    [Fact]
    public void WhatComesBeforeARunIsNotTimed()
    {
        var order = new List<char>();
        var run = new TimedRun(() => Take('r', 100_000), () => Take('b', 900_000));
        var measured = Assert.Single(Stopwatches.Measure([run], Clocks, s_long, TestContext.Current.CancellationToken));
        Assert.Equal((100_000, 0), (Math.Round(measured.Nanoseconds), Math.Round(measured.Spread)));
        Assert.All(Enumerable.Range(0, order.Count), i => Assert.Equal("br"[i % 2], order[i]));

        void Take(char what, long nanoseconds)
        {
            order.Add(what);
            _clock.Advance(nanoseconds);
        }
    }

    [Fact]
    public void RoundsGoOnUntilTheyTell()
    {
        var limits = s_long with { Decided = m => m[0].Rounds >= 60 };
        Assert.Equal(62, Measure(() => 1_000_000, limits).Rounds);
        Assert.InRange(Measure(() => 1_000_000, new RoundLimits(TimeSpan.FromMilliseconds(100)) { Decided = _ => false }).Rounds, 40, 50);
    }

    private static readonly RoundLimits s_long = new(TimeSpan.FromSeconds(10));

    private StopClocks Clocks => new(_clock, null);

    private Measurement Measure(Func<long> nanoseconds, double seconds = 10) =>
        Measure(nanoseconds, new RoundLimits(TimeSpan.FromSeconds(seconds)));

    private Measurement Measure(Func<long> nanoseconds, RoundLimits limits) =>
        Assert.Single(Stopwatches.Measure([new(() => _clock.Advance(nanoseconds()))], Clocks, limits,
            TestContext.Current.CancellationToken));

    private sealed class PlayedClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => _now;

        public void Advance(long nanoseconds) => _now += nanoseconds;
    }
}
