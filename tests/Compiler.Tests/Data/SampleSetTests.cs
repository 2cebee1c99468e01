using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using Xunit;

namespace MixPrec.Compiler.Tests.Data;

public sealed class SampleSetTests
{
    /// <summary>A fifth of many samples, 64 of some, half of few; whole groups, and something on both sides.</summary>
    [Theory]
    [InlineData(1000, 1, 200)]
    [InlineData(320, 1, 64)]
    [InlineData(200, 1, 64)]
    [InlineData(128, 1, 64)]
    [InlineData(65, 1, 32)]
    [InlineData(2, 1, 1)]
    [InlineData(600, 100, 100)]
    [InlineData(150, 50, 50)]
    [InlineData(96, 48, 48)]
    public void LastSamplesAreHeldOut(int count, int groupSize, int heldOut)
    {
        var samples = new SampleSet(new Dictionary<string, Tensor> { ["x"] =
            Tensor.Create([.. Enumerable.Range(0, count).Select(i => (float)i)], count, 1) }, null, null, count) { GroupSize = groupSize };
        var (calibration, held) = samples.Split();
        Assert.Equal((count - heldOut, heldOut), (calibration.Count, held.Count));
        Assert.Equal(Enumerable.Range(0, count).Select(i => (float)i),
            [.. calibration.Inputs["x"].Span<float>(), .. held.Inputs["x"].Span<float>()]);
        Assert.Equal(count - heldOut, held.FirstIndex);
    }

    [Fact]
    public void OneGroupCannotBeSplit() =>
        Assert.Throws<InvalidOperationException>(() =>
            new SampleSet(new Dictionary<string, Tensor> { ["x"] = Tensor.Create([1f, 2f], 2, 1) }, null, null, 2) { GroupSize = 2 }.Split());
}
