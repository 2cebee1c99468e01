using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// Kernels whose positions are data: known values, and that no position reads outside the image, which ends at a page without access.
/// </summary>
public sealed class SamplingTests
{
    public static TheoryData<GridSampleMode, GridSamplePadding, bool> Forms =>
    [
        .. from mode in Enum.GetValues<GridSampleMode>() from padding in Enum.GetValues<GridSamplePadding>()
            from corners in new[] { false, true } select (mode, padding, corners),
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_grid_of_the_pixels_is_the_picture(GridSampleMode mode, GridSamplePadding padding, bool corners)
    {
        const int Height = 3, Width = 5;
        float[] values = [.. Enumerable.Range(0, 2 * Height * Width).Select(i => (float)(i * i))];
        float At(int i, int size) => corners ? (2f * i / (size - 1)) - 1 : ((2f * i) + 1) / size - 1;
        using var x = GuardedBuffer<float>.From(values);
        using var grid = GuardedBuffer<float>.From([.. Indices.Of([Height, Width])
            .SelectMany(i => new[] { At(i[1], Width), At(i[0], Height) })]);
        using var y = new GuardedBuffer<float>(values.Length);
        GridSample.Run(x.Pointer, grid.Pointer, y.Pointer, 1, 2, [Height, Width], Height * Width, mode, padding, corners);
        y.Check();
        Assert.All(values.Zip(y.Span.ToArray()), p => Assert.Equal(p.First, p.Second, 2e-3));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void No_position_leaves_the_picture(GridSampleMode mode, GridSamplePadding padding, bool corners)
    {
        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 1e9f, -1e9f, 1, -1,
            1.0000001f, 3.7f, -2.2f];
        foreach (int[] input in new[] { new[] { 1, 1 }, [2, 3] })
        {
            using var x = GuardedBuffer<float>.From([.. Enumerable.Repeat(1f, Indices.Count(input))]);
            using var grid = GuardedBuffer<float>.From([.. odd.SelectMany(a => odd.SelectMany(b => new[] { a, b }))]);
            using var y = new GuardedBuffer<float>(odd.Length * odd.Length);
            GridSample.Run(x.Pointer, grid.Pointer, y.Pointer, 1, 1, input, odd.Length * odd.Length, mode, padding, corners);
            y.Check();
        }
    }

    [Fact]
    public void Positions_of_maxima_are_flat_positions_of_the_first_maximum()
    {
        // Two images [2, 3].
        using var x = GuardedBuffer<float>.From([1, 5, 5, 2, 0, 3, 0, 0, 0, 0, 9, float.NaN]);
        using var y = new GuardedBuffer<long>(4);
        PoolIndices.Run(x.Pointer, y.Pointer, 1, 2, [2, 3], [1, 2], [2, 2], [1, 1], [0, 0], [0, 0], [1, 1], columnMajor: false);
        Assert.Equal([1L, 1, 10, 11], y.Span.ToArray());
        PoolIndices.Run(x.Pointer, y.Pointer, 1, 2, [2, 3], [1, 2], [2, 2], [1, 1], [0, 0], [0, 0], [1, 1], columnMajor: true);
        Assert.Equal([2L, 2, 9, 11], y.Span.ToArray());
        y.Check();
        Assert.Throws<ArgumentException>(() =>
            PoolIndices.Run(x.Pointer, y.Pointer, 1, 1, [1, 1], [1, 1], [1, 1], [1, 1], [2, 2], [0, 0], [1, 1], columnMajor: false));
    }

    [Fact]
    public void A_region_of_the_whole_picture_in_one_cell_is_its_mean()
    {
        using var x = GuardedBuffer<float>.From([1, 2, 3, 4, 5, 6]);
        using var regions = GuardedBuffer<float>.From([0, 0, 3, 2]);
        using var images = GuardedBuffer<long>.From([-1]);
        using var y = new GuardedBuffer<float>(1);
        RoiAlign.Run(x.Pointer, regions.Pointer, images.Pointer, y.Pointer, 1, 1, 2, 3, 1, 1, 1, 0, 1, largest: false, halfPixel: true);
        Assert.Equal([3.5f], y.Span.ToArray());
        y.Check();
    }

    [Theory]
    [InlineData(0f, 1e9f, 0L)]
    [InlineData(float.NegativeInfinity, float.PositiveInfinity, 0L)]
    [InlineData(float.NaN, 1f, 0L)]
    [InlineData(0f, 1f, 1L)]
    [InlineData(0f, 1f, long.MinValue)]
    public void Regions_of_absurd_size_and_of_no_picture_are_refused(float from, float to, long image)
    {
        using var x = GuardedBuffer<float>.From([1]);
        using var regions = GuardedBuffer<float>.From([from, from, to, to]);
        using var images = GuardedBuffer<long>.From([image]);
        using var y = new GuardedBuffer<float>(1);
        Assert.ThrowsAny<Exception>(() =>
            RoiAlign.Run(x.Pointer, regions.Pointer, images.Pointer, y.Pointer, 1, 1, 1, 1, 1, 1, 1, 0, 1, largest: false,
            halfPixel: true));
    }
}
