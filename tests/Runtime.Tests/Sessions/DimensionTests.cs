using Xunit;

namespace MixPrec.Runtime.Tests.Sessions;

public sealed class DimensionTests
{
    [Fact]
    public void Floor_division()
    {
        for (long left = -20; left <= 20; left++)
        {
            for (long right = 1; right <= 7; right++)
            {
                Assert.Equal((long)Math.Floor((double)left / right), Dimension.FloorDiv(left, right));
            }
        }
    }

    [Fact]
    public void A_length_gives_its_dimension()
    {
        Assert.Equal(3, Dimension.FromLength("x", 12, 4));
        Assert.Equal(0, Dimension.FromLength("x", 0, 4));
        Assert.Equal("x", Assert.Throws<ArgumentException>(() => Dimension.FromLength("x", 13, 4)).ParamName);
    }

    [Fact]
    public void Buffers_that_cannot_be_placed_are_refused()
    {
        Assert.Throws<OverflowException>(() => default(WorkspaceExtent).Place(-64, 1, 4));
        Assert.Throws<OverflowException>(() => default(WorkspaceExtent).Place(1, 1, 4));
        Assert.Throws<OverflowException>(() => default(WorkspaceExtent).Place(0, 1L << 31, 4));
        Assert.Throws<OverflowException>(() => default(WorkspaceExtent).Place(0, -1, 4));
        var extent = default(WorkspaceExtent);
        extent.Place(64, 17, 4);
        extent.Place(0, 1, 1);
        Assert.Equal(192, extent.Bytes);
    }
}
