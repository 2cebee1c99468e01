using MixPrec.Compiler;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using StbImageSharp;

namespace MixPrec.Worker.Samples;

/// <summary>A picture: red, green and blue of each pixel, 0…255, row by row from the top.</summary>
internal sealed record Picture(int Width, int Height, byte[] Pixels)
{
    public const int Channels = 3;
}

/// <summary>
/// Reads PNG, JPEG and BMP (docs/decisions/0771). What the library would take in silence is refused before: a picture that was cut short,
/// or whose checksums are wrong.
/// </summary>
internal static class ImageFile
{
    public static readonly IReadOnlyList<string> Endings = [".png", ".jpg", ".jpeg", ".bmp"];

    private const long LargestFile = 256 << 20, MostPixels = 100_000_000;

    /// <param name="isTurned">Whether the orientation that a camera notes is applied.</param>
    /// <exception cref="MixPrecException">MXP1113: it is damaged, no picture, or too large.</exception>
    public static Picture Read(string path, bool isTurned)
    {
        byte[] file = Bytes(path);
        try
        {
            PictureStructure.Require(file);
            using var stream = new MemoryStream(file, writable: false);
            if (ImageInfo.FromStream(stream) is not { } info)
            {
                throw new InvalidDataException("it is no picture that can be read: PNG, JPEG (8 bits, Huffman) and BMP can");
            }

            // Rows of a BMP of negative height stand from the top.
            long pixels = (long)info.Width * Math.Abs((long)info.Height);
            if (info.Width <= 0 || pixels is 0 or > MostPixels)
            {
                throw new InvalidDataException(
                    FormattableString.Invariant($"it has {info.Width} × {info.Height} pixels, and at most {MostPixels:N0} are read"));
            }

            if (pixels / PictureStructure.MostPixelsOfAByte(file) > file.Length)
            {
                throw new InvalidDataException(
                    FormattableString.Invariant($"it states {info.Width} × {info.Height} pixels and has {file.Length} bytes"));
            }

            stream.Position = 0;
            var image = ImageResult.FromStream(stream, ColorComponents.RedGreenBlue);
            var picture = new Picture(image.Width, image.Height, image.Data);
            return isTurned ? PictureOrientation.Turned(picture, PictureOrientation.Of(file)) : picture;
        }
        catch (InvalidDataException e)
        {
            throw Unreadable(path, e.Message);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or MixPrecException))
        {
            // The library has no exception of its own: what it meets in a damaged file ends in any.
            throw Unreadable(path, $"it is damaged, or of a kind that is not read ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})");
        }
    }

    public static MixPrecException Unreadable(string path, string reason) =>
        new(DiagnosticCatalog.SampleUnreadable, path, PrintableName.Format(path), reason);

    private static byte[] Bytes(string path)
    {
        try
        {
            using var stream = InputPath.OpenRead(path);
            return stream.Length is > 0 and <= LargestFile ? ReadAll(stream)
                : throw Unreadable(path, stream.Length == 0 ? "it is empty" : $"it is larger than {LargestFile >> 20} MiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e.Message.TrimEnd('.'));
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
