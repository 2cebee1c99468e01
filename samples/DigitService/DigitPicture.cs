using SkiaSharp;

namespace DigitService;

/// <summary>From an uploaded picture to the input of the network, prepared as its training data were.</summary>
internal static class DigitPicture
{
    private const int Side = 28;

    /// <summary>Grey values [1, 1, 28, 28] from 0 (paper) to 1 (ink); null for bytes that are no picture.</summary>
    public static float[]? Read(ReadOnlySpan<byte> file)
    {
        using var data = SKData.CreateCopy(file);
        using var picture = SKBitmap.Decode(data);
        using var small = picture?.Resize(new SKImageInfo(Side, Side, SKColorType.Gray8), SKFilterQuality.Medium);
        if (small is null)
        {
            return null;
        }

        var pixels = small.GetPixelSpan();
        var image = new float[Side * Side];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                image[(y * Side) + x] = pixels[(y * small.RowBytes) + x] / 255f;
            }
        }

        // Most of a picture is paper: where that is bright, ink is dark.
        return image.Average() > 0.5f ? Array.ConvertAll(image, grey => 1 - grey) : image;
    }
}
