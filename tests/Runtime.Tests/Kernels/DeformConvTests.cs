using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class DeformConvTests
{
    /// <summary>Two groups of filters, one offset group: offsets by whole pixels, and one by half a pixel.</summary>
    [Fact]
    public void Taps_are_moved()
    {
        using var x = GuardedBuffer<float>.From([1, 2, 3, 4, 10, 20, 30, 40]);
        using var w = GuardedBuffer<float>.From([1, 2]);
        using var bias = GuardedBuffer<float>.From([0, 1]);
        using var offsets = GuardedBuffer<float>.From([0, 1, 0, -1, 0, 0, 0.5f, 1]);
        using var mask = GuardedBuffer<float>.From([1, 2, 1, 1]);
        using var y = new GuardedBuffer<float>(8);
        DeformConv.Run(x.Pointer, w.Pointer, offsets.Pointer, mask.Pointer, true, bias.Pointer, y.Pointer, 1, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1,
            0, 0, 1, 1, 2, 1);
        // (0,0) stays; (0,1) reads row 1; (1,0) reads between columns 0 and 1; (1,1) reads row 0, column 2, which is outside.
        Assert.Equal([1, 8, 3.5f, 0, 21, 161, 71, 1], y.Span.ToArray());
        y.Check();
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.MinValue)]
    [InlineData(-1f)]
    [InlineData(1f)]
    public void Outside_there_is_nothing(float offset)
    {
        using var x = GuardedBuffer<float>.From([7]);
        using var w = GuardedBuffer<float>.From([1]);
        using var bias = GuardedBuffer<float>.From([0.5f]);
        using var offsets = GuardedBuffer<float>.From([offset, offset]);
        using var y = new GuardedBuffer<float>(1);
        DeformConv.Run(x.Pointer, w.Pointer, offsets.Pointer, offsets.Pointer, false, bias.Pointer, y.Pointer, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            1, 0, 0, 1, 1, 1, 1);
        Assert.Equal([0.5f], y.Span.ToArray());
        y.Check();
    }
}
