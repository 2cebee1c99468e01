using MixPrec.Compiler.Verification;
using MixPrec.Experiments.Strategies;
using Xunit;

namespace MixPrec.Experiments.Tests;

public sealed class DominanceTests
{
    [Theory]
    [InlineData(0.5, 0.6, 0.7, "fastest")]
    [InlineData(0.5, 0.49, 0.7, "as fast")]
    [InlineData(0.5, 0.6, 0.4, "slower than random by 10 %")]
    [InlineData(0.5, 0.25, 0.4, "slower than prefix by 25 %")]
    public void TheFasterBaselineIsNamed(double own, double prefix, double random, string verdict) =>
        Assert.Equal(verdict, Dominance.Verdict([Of("IP-ET", own), Of("prefix", prefix), Of("random", 0.9), Of("random", random)], 0.1));

    /// <summary>What chose nothing under the budget stays in fp32, and other budgets say nothing.</summary>
    [Fact]
    public void WhatChoseNothingTakesTheTimeOfFp32()
    {
        Assert.Equal("fastest", Dominance.Verdict([Of("IP-ET", 0.99), Of("prefix", 0.2) with { Budget = 0.2 }], 0.1));
        Assert.Equal("slower than prefix by 10 %", Dominance.Verdict([Of("prefix", 0.9)], 0.1));
    }

    private static StrategyOutcome Of(string strategy, double share) => new("net", strategy, 0.1, 1, 0, share, share, 0,
        new MeasuredPlan(new LossError(0, 0, 1), (1, 1), null, share));
}
