using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using MixPrec.Worker.Verify;

namespace MixPrec.Worker.Tests;

public sealed class TensorComparisonTests
{
    [Theory]
    [InlineData(1f, 1.0009f, true)]
    [InlineData(1f, 1.0011f, false)]
    [InlineData(0f, 0.9e-7f, true)]
    [InlineData(0f, 1.2e-7f, false)]
    [InlineData(float.NaN, float.NaN, true)]
    [InlineData(float.NaN, 0f, false)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity, true)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity, false)]
    [InlineData(float.PositiveInfinity, float.MaxValue, false)]
    [InlineData(0f, -0f, true)]
    public void FloatsAgreeWithinTheTolerances(float expected, float actual, bool agrees) =>
        Assert.Equal(agrees, TensorComparison.Difference(Tensor.Create([actual], 1), Tensor.Create([expected], 1)) is null);

    [Fact]
    public void IntegersAgreeExactly()
    {
        var expected = Tensor.Create([1L, 1L << 60], 2);
        Assert.Null(TensorComparison.Difference(Tensor.Create([1L, 1L << 60], 2), expected));
        Assert.Equal("1 of 2 elements differ, at 1: 1152921504606846977 instead of 1152921504606846976",
            TensorComparison.Difference(Tensor.Create([1L, (1L << 60) + 1], 2), expected));
    }

    [Fact]
    public void TypeAndShapeCount()
    {
        Assert.Equal("shape [2,1] instead of [2]", TensorComparison.Difference(Tensor.Create([1f, 2f], 2, 1), Tensor.Create([1f, 2f], 2)));
        Assert.Equal("element type I64 instead of F32", TensorComparison.Difference(Tensor.Create([1L], 1), Tensor.Create([1f], 1)));
    }

    [Fact]
    public void NarrowFloatsAreComparedAsNumbers()
    {
        Assert.Null(TensorComparison.Difference(Of(ElementType.BF16, (ushort)0x3F80), Of(ElementType.BF16, (ushort)0x3F81)));
        Assert.NotNull(TensorComparison.Difference(Of(ElementType.BF16, (ushort)0x3F80), Of(ElementType.BF16, (ushort)0x3F83)));
        Assert.Null(TensorComparison.Difference(Of(ElementType.F16, (Half)1000), Of(ElementType.F16, (Half)1000.5)));
        Assert.NotNull(TensorComparison.Difference(Of(ElementType.F16, (Half)1000), Of(ElementType.F16, (Half)1002)));
    }

    /// <summary>A share of the largest element is added to the tolerance of each, and infinities count for nothing.</summary>
    [Theory]
    [InlineData(1e-5f, 1e-6, true)]
    [InlineData(3e-5f, 1e-6, false)]
    [InlineData(1e-5f, 0, false)]
    public void RoundoffIsAShareOfTheLargestElement(float small, double roundoff, bool agrees) => Assert.Equal(agrees,
        TensorComparison.Difference(
            Tensor.Create([20f, float.PositiveInfinity, small], 3), Tensor.Create([20f, float.PositiveInfinity, 0f], 3),
            roundoff) is null);

    private static Tensor Of<T>(ElementType type, T value) where T : unmanaged => Tensor.Create<T>(type, [value], 1);
}
