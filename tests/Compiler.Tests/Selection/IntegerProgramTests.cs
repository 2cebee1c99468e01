using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Selection;
using Xunit;

namespace MixPrec.Compiler.Tests.Selection;

public sealed class IntegerProgramTests
{
    [Fact]
    public void TheChosenAssignmentIsTheOneOfEnumeration()
    {
        int infeasible = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            var problem = Problems.Random(new Random(seed));
            var result = IntegerProgram.Solve(problem);
            var expected = Problems.BruteForce(problem);
            Assert.True((expected ?? []).SequenceEqual(result.Chosen),
                $"seed {seed}: [{string.Join(",", expected ?? [])}] expected, [{string.Join(",", result.Chosen)}] chosen");
            Assert.Equal(expected is null ? SelectionStatus.Infeasible : SelectionStatus.Optimal, result.Status);
            Assert.Equal(expected is null, result.Missed is not null);
            infeasible += expected is null ? 1 : 0;
        }

        Assert.InRange(infeasible, 10, 200);
    }

    [Fact]
    public void EveryOutputHasARowOfItsOwn()
    {
        int tighter = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var one = Problems.Random(random);
            var problem = one with
            {
                Groups = [.. one.Groups.Select(g => g with
                {
                    Configurations = [.. g.Configurations.Select(c => (c, Part: 10 * random.Next(0, (int)(c.LossError / 10) + 1)))
                        .Select(p => p.c with { LossErrors = [p.Part, p.c.LossError - p.Part] })],
                })],
            };
            var result = IntegerProgram.Solve(problem);
            var expected = Problems.BruteForce(problem);
            Assert.True((expected ?? []).SequenceEqual(result.Chosen), $"seed {seed}");
            if (expected is not null)
            {
                Assert.Equal(Math.Sqrt(Enumerable.Range(0, 2).Max(o => result.Configurations.Sum(c => c.LossErrors[o])) / 512),
                    result.PredictedError, 1e-12);
            }

            tighter += expected?.SequenceEqual(Problems.BruteForce(one) ?? []) == false ? 1 : 0;
        }

        Assert.True(tighter > 5, $"{tighter} of 100 are chosen otherwise");
    }

    [Fact]
    public void RealNumbersNeverExceedTheBudget()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var groups = Enumerable.Range(0, 40)
                .Select(_ => (IReadOnlyList<Configuration>)[Problems.Config(0, 0),
                .. Enumerable.Range(0, 3).Select(_ => Problems.Config(1e6 * random.NextDouble(), 100 * random.NextDouble()))]).ToArray();
            var result = IntegerProgram.Solve(Problems.Of(groups));
            Assert.Equal(SelectionStatus.Optimal, result.Status);
            Assert.True(result.LossError <= 1024);
            Assert.InRange(result.PredictedError, 0.9, 1);
            Assert.Equal(0, result.RelativeGap);
        }
    }

    [Fact]
    public void EqualGainsGoToTheSmallerLossAndThenToFewerQuantizedLayers()
    {
        var byLoss = IntegerProgram.Solve(Problems.Of([Problems.Config(5, 20), Problems.Config(5, 10)]));
        Assert.Equal([1], byLoss.Chosen);
        var byCount = IntegerProgram.Solve(Problems.Of([Problems.Config(0, 0, precisions: PrecisionConfig.BF16), Problems.Config(0, 0)]));
        Assert.Equal([1], byCount.Chosen);
    }

    [Fact]
    public void AScaledBudgetIsATighterRow()
    {
        var problem = Problems.Of([Problems.Config(0, 0), Problems.Config(5, 600)]);
        Assert.Equal([1], IntegerProgram.Solve(problem).Chosen);
        Assert.Equal([0], IntegerProgram.Solve(problem with { BudgetScale = 0.5 }).Chosen);
    }

    [Fact]
    public void TheAssignmentNamesTheLayers()
    {
        var assignment = IntegerProgram.Solve(Problems.Of([Problems.Config(0, 0), Problems.Config(5, 600)],
            [Problems.Config(0, 0), Problems.Config(5, 600)])).Assignment;
        Assert.Single(assignment.Choices);
    }

    [Theory]
    [InlineData(40L, null, "MaxWeightBytes", "40", "47")]
    [InlineData(null, 50.0, "MaxLatencyMicroseconds", "0.05", "0.093")]
    public void ALimitOutOfReachIsNamedWithTheLeastValue(long? bytes, double? latency, string name, string limit, string least)
    {
        var problem = Problems.Of([Problems.Config(0, 0, 40), Problems.Config(1, 10, 20, 3)],
            [Problems.Config(0, 0, 30), Problems.Config(1, 10, 20, 4)])
            with { FixedWeightBytes = 7, FloatNanoseconds = 100, MaxWeightBytes = bytes, MaxLatencyNanoseconds = latency };
        var result = IntegerProgram.Solve(problem);
        Assert.Equal(new MissedLimit(name, limit, least), result.Missed);
        var error = Assert.Throws<MixPrecException>(() => result.Require("Net", "net.onnx"));
        Assert.Equal(("MXP4001", $"'Net': no assignment meets {name} {limit}; the least achievable is {least}."),
            (error.Description.Id, error.Message));
    }

    [Fact]
    public void ABudgetOutOfReachOfPinnedLayersIsNamed()
    {
        var result = IntegerProgram.Solve(Problems.Of([Problems.Config(1, 4096)]));
        Assert.Equal(new MissedLimit("ErrorBudget", "1", "2"), result.Missed);
    }

    /// <summary>What reads as 0 helps nobody.</summary>
    [Theory]
    [InlineData(1e-7, 1e-7, "1E-07")]
    [InlineData(0.012345, 0.01235, "0.01235")]
    [InlineData(93e-3, 93e-3, "0.093")]
    [InlineData(1234567, 1235000, "1235000")]
    public void WhatHasToBeAllowedIsRoundedUpToFourDigits(double value, double above, string text)
    {
        string printed = SignificantDigits.Above(value);
        Assert.Equal(above, double.Parse(printed, System.Globalization.CultureInfo.InvariantCulture), above * 1e-12);
        Assert.Equal(text, printed);
        Assert.True(double.Parse(SignificantDigits.Above(value, 2), System.Globalization.CultureInfo.InvariantCulture) >= value);
    }

    /// <summary>The least loss error and the fewest bytes of all choices that keep the other limits, also beyond the own one.</summary>
    [Fact]
    public void TheLeastOfALimitIsThatOfAllChoices()
    {
        var random = new Random(11);
        for (int i = 0; i < 200; i++)
        {
            var problem = Problems.Random(random) with { ErrorBudget = 0.01 };
            Assert.Equal(Problems.Least(problem, c => c.LossError),
                Sum(MissedLimits.Least(problem, LimitKind.LossError), c => c.LossError));
            problem = problem with { ErrorBudget = 1, MaxWeightBytes = 8 };
            Assert.Equal(Problems.Least(problem, c => c.WeightBytes, isBytes: true),
                Sum(MissedLimits.Least(problem, LimitKind.WeightBytes), c => c.WeightBytes));
        }

        static double? Sum(IReadOnlyList<Configuration>? chosen, Func<Configuration, double> quantity) => chosen?.Sum(quantity);
    }

    [Fact]
    public void LimitsThatExcludeEachOtherAreExplainedTogether()
    {
        // Small weights cost 800 of loss per layer: two such layers break the budget, one leaves too many bytes.
        IReadOnlyList<Configuration> group = [Problems.Config(0, 0, 40), Problems.Config(1, 800, 10)];
        var result = IntegerProgram.Solve(Problems.Of(group, group) with { MaxWeightBytes = 30 });
        Assert.Equal(new MissedLimit("MaxWeightBytes", "30", "50 while ErrorBudget 1 holds"), result.Missed);
    }

    [Fact]
    public void TheTradeOffCurveRisesWithTheBudget()
    {
        var problem = Problems.Of(
            [Problems.Config(0, 0), Problems.Config(5, 600)], [Problems.Config(0, 0), Problems.Config(3, 200), Problems.Config(4, 900)],
                [Problems.Config(0, 0), Problems.Config(1, 20)]);
        var curve = ParetoSweep.Run(problem, ParetoSweep.Budgets(1));
        Assert.Equal(13, curve.Count);
        Assert.Equal(1, curve[6].ErrorBudget);
        Assert.Equal(curve.Select(p => p.Gain).Order(), curve.Select(p => p.Gain));
        Assert.Equal(9, curve[6].Gain);
        Assert.All(curve, p => Assert.True(p.PredictedError <= p.ErrorBudget));
    }
}
