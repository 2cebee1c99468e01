using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Verification;
using Xunit;

namespace MixPrec.Compiler.Tests.Verification;

public sealed class Top1Tests
{
    [Fact]
    public void RowsOfAllRunsAreCounted()
    {
        Tensor[] left = [Tensor.Create([1f, 2, 3, 0, 5, 4], 2, 3), Tensor.Create([0f, 0, 1], 1, 3)];
        Tensor[] right = [Tensor.Create([1f, 2, 2.5f, 6, 5, 4], 2, 3), Tensor.Create([7f, 0, 1], 1, 3)];
        Assert.Equal(1 / 3.0, Agreement(left, right), 12);
    }

    [Fact]
    public void TiesGoToTheFirstOnBothSides() => Assert.Equal(1, Agreement([Tensor.Create([2f, 2], 1, 2)], [Tensor.Create([3f, 3], 1, 2)]));

    [Fact]
    public void OutputsThatAreNoClassesHaveNoAgreement()
    {
        Assert.Equal(double.NaN, Agreement([Tensor.Create([1f, 2], 2)], [Tensor.Create([1f, 2], 2)]));
        Assert.Equal(double.NaN, Agreement([Tensor.Create([1f, 2], 2, 1)], [Tensor.Create([1f, 2], 2, 1)]));
        Assert.Equal(double.NaN, Agreement([Tensor.Create([1L, 2], 1, 2)], [Tensor.Create([1L, 2], 1, 2)]));
        Assert.Equal(double.NaN, Agreement([], []));
    }

    private static double Agreement(IEnumerable<Tensor> left, IEnumerable<Tensor> right) =>
        Top1.Agreement([.. left.Select(t => (IReadOnlyList<Tensor>)[t])], [.. right.Select(t => (IReadOnlyList<Tensor>)[t])]);
}
