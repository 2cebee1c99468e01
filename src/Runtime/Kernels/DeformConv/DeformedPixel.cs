namespace MixPrec.Runtime.Kernels;

/// <summary>A position between four pixels, of which those outside the image are 0.</summary>
internal readonly unsafe struct DeformedPixel
{
    private readonly int top;
    private readonly int left;
    private readonly int height;
    private readonly int width;
    private readonly float down;
    private readonly float across;
    private readonly float factor;

    private DeformedPixel(float row, float column, int height, int width, float factor)
    {
        (this.height, this.width, this.factor) = (height, width, factor);
        (top, left) = ((int)MathF.Floor(row), (int)MathF.Floor(column));
        (down, across) = (row - top, column - left);
        IsInside = true;
    }

    /// <summary>Whether one of the four pixels exists.</summary>
    public bool IsInside { get; }

    /// <summary>A position that is no number compares false, and so lies outside.</summary>
    public static DeformedPixel At(float row, float column, int height, int width, float factor) =>
        row > -1 && row < height && column > -1 && column < width ? new(row, column, height, width, factor) : default;

    public float Of(float* image) =>
        factor * (((1 - down) * (((1 - across) * Pixel(image, top, left)) + (across * Pixel(image, top, left + 1))))
        + (down * (((1 - across) * Pixel(image, top + 1, left)) + (across * Pixel(image, top + 1, left + 1)))));

    private float Pixel(float* image, int row, int column) =>
        (uint)row < (uint)height && (uint)column < (uint)width ? image[((nint)row * width) + column] : 0;
}
