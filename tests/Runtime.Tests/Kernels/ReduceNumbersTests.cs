using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Reductions of numbers without vector code, against sums written out.</summary>
public sealed unsafe class ReduceNumbersTests
{
    [Theory]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 1 })]
    [InlineData(new[] { 0, 2 })]
    [InlineData(new[] { 0, 1, 2 })]
    [InlineData(new int[0])]
    public void Long_sums_over_any_axes_are_exact(int[] axes)
    {
        int[] shape = [2, 3, 4];
        using var x = new GuardedBuffer<long>(24);
        for (int i = 0; i < 24; i++)
        {
            x.Span[i] = (1L << 40) + (i * i);
        }

        var expected = new SortedDictionary<int, long>();
        for (int i = 0; i < 24; i++)
        {
            int[] at = [i / 12, i / 4 % 3, i % 4];
            int output = 0;
            for (int d = 0; d < 3; d++)
            {
                output = axes.Contains(d) ? output : (output * shape[d]) + at[d];
            }

            expected[output] = expected.GetValueOrDefault(output) + x.Span[i];
        }

        using var y = new GuardedBuffer<long>(expected.Count);
        ReduceNumbers.Run(default(Sum), x.Pointer, y.Pointer, shape, axes);
        Assert.Equal(expected.Values, y.Span.ToArray());
    }

    [Fact]
    public void Nothing_reduces_to_the_start()
    {
        using var x = new GuardedBuffer<double>(1);
        using var y = new GuardedBuffer<double>(2);
        int[] shape = [2, 0], axes = [1];
        ReduceNumbers.Run(default(Max), x.Pointer, y.Pointer, shape, axes);
        Assert.Equal([double.NegativeInfinity, double.NegativeInfinity], y.Span.ToArray());
        ReduceNumbers.Run(default(Prod), x.Pointer, y.Pointer, shape, axes);
        Assert.Equal([1, 1], y.Span.ToArray());
    }
}
