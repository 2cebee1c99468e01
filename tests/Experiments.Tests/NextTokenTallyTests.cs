using MixPrec.Compiler.Graphs;
using MixPrec.Experiments.Attention;
using Xunit;

namespace MixPrec.Experiments.Tests;

public sealed class NextTokenTallyTests
{
    /// <summary>Odds of 1 : 3 for the right token, then of 3 : 1 against it, where fp32 has 1 : 3 twice.</summary>
    [Fact]
    public void MeansAreOverAllPositionsOfAllBatches()
    {
        float log3 = MathF.Log(3);
        var tally = new NextTokenTally();
        tally.Add(Tensor.Create([5, 5 + log3], 1, 1, 2), Tensor.Create([0, log3], 1, 1, 2), Tensor.Create([1L], 1, 1));
        tally.Add(Tensor.Create([log3, 0], 1, 1, 2), Tensor.Create([0, log3], 1, 1, 2), Tensor.Create([1L], 1, 1));
        Assert.Equal((2, 0.5, 0.5), (tally.Positions, tally.Agreement, tally.Accuracy));
        // ln 3 and 5 + ln 3 as floats are off by at most 2⁻²².
        Assert.Equal(-(Math.Log(0.75) + Math.Log(0.25)) / 2, tally.CrossEntropy, Math.ScaleB(1, -22));
        Assert.Equal(0.5 * Math.Log(3) / 2, tally.Divergence, Math.ScaleB(1, -22));
    }
}
