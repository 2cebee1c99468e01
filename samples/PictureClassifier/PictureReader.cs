using SkiaSharp;

namespace PictureClassifier;

/// <summary>Where the colours of a pixel lie: in a plane each, [3, height, width], or side by side, [height, width, 3].</summary>
internal enum Layout
{
    Nchw,
    Nhwc,
}

/// <summary>From a picture file to the input of a network, which is prepared as the network was trained.</summary>
/// <param name="Side">Height and width of the input.</param>
/// <param name="Layout">Of the input.</param>
/// <param name="Mean">Of red, green and blue, taken from values 0…255.</param>
/// <param name="Deviation">What they are divided by then.</param>
internal sealed record PictureReader(int Side, Layout Layout, float[] Mean, float[] Deviation)
{
    private const int Channels = 3;

    /// <summary>Elements of a picture.</summary>
    public int Length => Channels * Side * Side;

    /// <summary>The square in the middle of the picture, scaled.</summary>
    /// <exception cref="InvalidDataException">The file is no picture.</exception>
    public float[] Read(string path)
    {
        using var picture = SKBitmap.Decode(path) ?? throw new InvalidDataException($"{path} is no picture that is read");
        int side = Math.Min(picture.Width, picture.Height);
        using var square = new SKBitmap();
        picture.ExtractSubset(square, SKRectI.Create((picture.Width - side) / 2, (picture.Height - side) / 2, side, side));
        using var scaled = square.Resize(new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque), SKFilterQuality.High);
        var pixels = scaled.GetPixelSpan();
        var input = new float[Length];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                for (int c = 0; c < Channels; c++)
                {
                    int place = Layout == Layout.Nchw ? (((c * Side) + y) * Side) + x : (((y * Side) + x) * Channels) + c;
                    input[place] = (pixels[(y * scaled.RowBytes) + (4 * x) + c] - Mean[c]) / Deviation[c];
                }
            }
        }

        return input;
    }
}
