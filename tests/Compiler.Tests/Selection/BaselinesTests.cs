using MixPrec.Compiler.Selection;
using Xunit;

namespace MixPrec.Compiler.Tests.Selection;

/// <summary>Baselines keep the budget, do what they say, and never gain more than the integer program.</summary>
public sealed class BaselinesTests
{
    /// <summary>600 and 200 of 1024 fit, 900 more does not; behind it nothing is tried, although 10 would fit.</summary>
    [Fact]
    public void APrefixEndsWhereTheBudgetDoes()
    {
        var problem = Problems.Of([Problems.Config(0, 0), Problems.Config(5, 600)],
            [Problems.Config(0, 0), Problems.Config(1, 10), Problems.Config(3, 200)], [Problems.Config(0, 0), Problems.Config(9, 900)],
            [Problems.Config(0, 0), Problems.Config(1, 10)]);
        Assert.Equal([1, 2, 0, 0], Baselines.Prefix(problem));
        Assert.Equal([1, 2, 1, 1], Baselines.Prefix(problem with { ErrorBudget = 2 }));
    }

    /// <summary>What does not fit is passed over, in whichever order: 900 alone, or all that is small.</summary>
    [Fact]
    public void ARandomOrderPassesOverWhatDoesNotFit()
    {
        IReadOnlyList<Configuration> small = [Problems.Config(0, 0), Problems.Config(1, 100)],
            large = [Problems.Config(0, 0), Problems.Config(9, 900)];
        var problem = Problems.Of(small, large, small, small);
        var seen = Enumerable.Range(0, 50).Select(seed => string.Join("", Baselines.Random(problem, seed)!)).ToHashSet();
        Assert.Equal(["0110", "0101", "1100", "1011"], seen.OrderBy(s => s == "1011").ThenBy(s => s is "1100").ThenBy(s => s is "0101"));
        Assert.Equal(Baselines.Random(problem, 3), Baselines.Random(problem, 3));
    }

    [Fact]
    public void TheProgramIsNeverWorse()
    {
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            var problem = Problems.Random(random) with { MaxWeightBytes = null, MaxLatencyNanoseconds = null };
            var best = IntegerProgram.Solve(problem);
            foreach (var chosen in new[] { Baselines.Prefix(problem), Baselines.Random(problem, i) })
            {
                Assert.Equal(best.Chosen.Count == 0, chosen is null);
                var picked = problem.Groups.Zip(chosen ?? [], (g, c) => g.Configurations[c]).ToArray();
                Assert.True(picked.Sum(c => c.LossError) <= problem.LossErrorLimit);
                Assert.True(picked.Sum(c => c.Gain) <= best.Gain);
            }
        }
    }

    /// <summary>Every pair of points is compared: what is on the front is exactly what none is better than.</summary>
    [Fact]
    public void TheFrontIsWhatNoPointIsBetterThan()
    {
        CurvePoint Point(double error, double time, long bytes) => new("Time", 0.1, error, error, error, time, time, 10, bytes, 1);
        var front = CurvePoint.WithFront([Point(0, 10, 100), Point(0.1, 5, 50), Point(0.1, 6, 50), Point(0.2, 5, 40), Point(0.3, 7, 60),
            Point(0.1, 5, 50)]);
        Assert.Equal([true, true, false, true, false, true], front.Select(p => p.IsOnFront));

        // Twice as slow beside a fp32 that is four times as slow is faster.
        var hours = CurvePoint.WithFront([Point(0.1, 5, 50), Point(0.1, 10, 50) with { Float32Microseconds = 40 }]);
        Assert.Equal([false, true], hours.Select(p => p.IsOnFront));
    }
}
