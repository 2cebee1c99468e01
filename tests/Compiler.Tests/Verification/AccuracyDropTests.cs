using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Verification;
using Xunit;

namespace MixPrec.Compiler.Tests.Verification;

/// <summary>Counting by hand, and the bound against the truth that samples are drawn from.</summary>
public sealed class AccuracyDropTests
{
    [Fact]
    public void EverySampleIsCountedOnce()
    {
        // Labels 0 1 2 0 1; fp32 says 0 1 0 0 2, the plan 0 2 2 1 2: right, lost, won, lost, wrong twice.
        var drop = AccuracyDrop.Compute([[Scores(0, 1, 0)], [Scores(0, 2)]], [[Scores(0, 2, 2)], [Scores(1, 2)]],
            [Labels(0, 1, 2), Labels(0, 1)]);
        Assert.Equal(new AccuracyDrop(Right: 3, Lost: 2, Won: 1, Samples: 5), drop);
        Assert.Equal((0.6, 0.4, 20), (drop!.Float32Accuracy, drop.PlanAccuracy, drop.Points));
    }

    [Fact]
    public void WhatHasNoLabelForEachRowHasNoAccuracy()
    {
        Assert.Null(AccuracyDrop.Compute([[Scores(0, 1)]], [[Scores(0, 1)]], [null]));
        Assert.Null(AccuracyDrop.Compute([[Scores(0, 1)]], [[Scores(0, 1)]], [Labels(0, 1, 2)]));
        Assert.Null(AccuracyDrop.Compute([[Tensor.Create([1f, 2f], 2)]], [[Tensor.Create([1f, 2f], 2)]], [Labels(0, 1)]));
    }

    /// <summary>
    /// At the bound the score is the quantile; the share of won samples that is the most likely then is found by trying, not by a formula.
    /// </summary>
    [Theory]
    [InlineData(5, 1, 100)]
    [InlineData(1, 5, 100)]
    [InlineData(40, 40, 300)]
    [InlineData(7, 0, 1000)]
    public void TheBoundIsWhereTheScoreIsTheQuantile(int lost, int won, int samples)
    {
        double drop = new AccuracyDrop(samples, lost, won, samples).UpperBound95 / 100, low = 1e-12, high = (1 - drop) / 2;
        double Likelihood(double p) => (lost * Math.Log(p + drop)) + (won == 0 ? 0 : won * Math.Log(p))
            + ((samples - lost - won) * Math.Log(1 - (2 * p) - drop));
        for (int step = 0; step < 300; step++)
        {
            double one = low + ((high - low) / 3), two = high - ((high - low) / 3);
            (low, high) = Likelihood(one) < Likelihood(two) ? (one, high) : (low, two);
        }

        double score = (lost - won - (samples * drop)) / Math.Sqrt(samples * ((2 * low) + (drop * (1 - drop))));
        Assert.Equal(-1.6449, score, 3);
    }

    [Theory]
    [InlineData(0.5, 539)]
    [InlineData(1, 268)]
    [InlineData(100, 1)]
    public void TheFewestSamplesAreThoseThatShowIt(double points, int samples)
    {
        Assert.Equal(samples, AccuracyDrop.SamplesFor(points));
        Assert.True(new AccuracyDrop(0, 0, 0, samples).UpperBound95 <= points);
        Assert.True(samples == 1 || new AccuracyDrop(0, 0, 0, samples - 1).UpperBound95 > points);
    }

    /// <summary>
    /// Samples are lost and won with known probabilities: over all counts that may come about, the bound lies above the true drop as often
    /// as it says.
    /// </summary>
    [Theory]
    [InlineData(0.02, 0.01, 100)]
    [InlineData(0.05, 0.05, 100)]
    [InlineData(0.03, 0.0, 300)]
    [InlineData(0.01, 0.001, 300)]
    [InlineData(0.08, 0.02, 300)]
    [InlineData(0.005, 0.0, 1000)]
    [InlineData(0.01, 0.001, 1000)]
    public void TheBoundHoldsAsOftenAsItSays(double lost, double won, int samples)
    {
        double held = 0, all = 0;
        for (int l = 0; l <= samples; l++)
        {
            double ofLost = Binomial(samples, l, lost);
            for (int w = 0; ofLost > 1e-8 && w <= samples - l && (w <= 5 || w < (won * samples * 4) + 10); w++)
            {
                double probability = ofLost * Binomial(samples - l, w, won / (1 - lost));
                all += probability;
                held += new AccuracyDrop(samples, l, w, samples).UpperBound95 >= 100 * (lost - won) ? probability : 0;
            }
        }

        Assert.Equal(1, all, 4);
        Assert.InRange(held, 0.94, 1);
    }

    private static double Binomial(int n, int k, double p)
    {
        double log = k == 0 ? 0 : k * Math.Log(p);
        for (int i = 1; i <= k; i++)
        {
            log += Math.Log((double)(n - k + i) / i);
        }

        return Math.Exp(log + ((n - k) * Math.Log(1 - p)));
    }

    private static Tensor Scores(params int[] classes) =>
        Tensor.Create([.. classes.SelectMany(c => Enumerable.Range(0, 3).Select(i => i == c ? 1f : 0f))], classes.Length, 3);

    private static Tensor Labels(params long[] labels) => Tensor.Create(labels, labels.Length);
}
