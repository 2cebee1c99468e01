using System.Buffers.Binary;

namespace MixPrec.Worker.Samples;

/// <summary>
/// How a camera was held: the orientation tag of a JPEG (Exif 3.0, 4.6.5.1.6), 1 to 8, and the picture as it is looked at.
/// </summary>
internal static class PictureOrientation
{
    public const int Upright = 1;

    private const ushort Tag = 0x0112, Short = 3;
    private const byte FirstSegment = 0xE1, Scan = 0xDA, Prefix = 0xFF;
    private const int EntryLength = 12;

    /// <summary>
    /// Of a JPEG whose structure is known to be whole; <see cref="Upright"/> for other files, and where the tag is missing or damaged.
    /// </summary>
    public static int Of(ReadOnlySpan<byte> file)
    {
        for (int at = 2; file.StartsWith((ReadOnlySpan<byte>)[Prefix, 0xD8, Prefix]) && at + 4 <= file.Length && file[at] == Prefix;)
        {
            if (file[at + 1] == Prefix)
            {
                at++;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (file[at + 1] == Scan || length < 2 || at + 2 + length > file.Length)
            {
                break;
            }

            var segment = file.Slice(at + 4, length - 2);
            if (file[at + 1] == FirstSegment && segment.StartsWith("Exif\0\0"u8))
            {
                return OfTiff(segment[6..]);
            }

            at += 2 + length;
        }

        return Upright;
    }

    /// <summary>The picture turned and mirrored so that it is upright.</summary>
    public static Picture Turned(Picture picture, int orientation)
    {
        if (orientation == Upright)
        {
            return picture;
        }

        // From 5 on rows of the file are columns of what is seen.
        var (width, height) = orientation >= 5 ? (picture.Height, picture.Width) : (picture.Width, picture.Height);
        var pixels = new byte[picture.Pixels.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                var (column, row) = orientation switch
                {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (y, width - 1 - x),
                    7 => (height - 1 - y, width - 1 - x),
                    _ => (height - 1 - y, x),
                };
                picture.Pixels.AsSpan(((row * picture.Width) + column) * Picture.Channels, Picture.Channels)
                    .CopyTo(pixels.AsSpan(((y * width) + x) * Picture.Channels));
            }
        }

        return new(width, height, pixels);
    }

    /// <summary>Of the first directory.</summary>
    private static int OfTiff(ReadOnlySpan<byte> tiff)
    {
        bool isLittle = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || (!isLittle && !tiff.StartsWith("MM\0*"u8)))
        {
            return Upright;
        }

        uint start = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (start > tiff.Length - 2)
        {
            return Upright;
        }

        var entries = tiff[((int)start + 2)..];
        for (int i = Number(tiff[(int)start..], isLittle); i > 0 && entries.Length >= EntryLength; i--, entries = entries[EntryLength..])
        {
            if (Number(entries, isLittle) == Tag)
            {
                return Number(entries[2..], isLittle) == Short && Number(entries[8..], isLittle) is >= 1 and <= 8 and var orientation
                    ? orientation : Upright;
            }
        }

        return Upright;
    }

    private static int Number(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
