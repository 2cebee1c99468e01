using System.Buffers.Binary;
using MixPrec.Compiler.Data.Npy;

namespace MixPrec.Worker.Samples;

/// <summary>
/// Whether the pieces that a picture file consists of are all there and as long as they state. The library that decodes them fills up in
/// silence what was cut off, checks no sums, and need not come to an end where a piece leaves the file.
/// </summary>
internal static class PictureStructure
{
    /// <summary>Of a JPEG: start, end, a start of scan; restarts, and a byte of the scan itself that looks like a marker.</summary>
    private const byte Start = 0xD8, End = 0xD9, Scan = 0xDA, FirstRestart = 0xD0, LastRestart = 0xD7, Escaped = 0x00, Prefix = 0xFF;

    /// <summary>
    /// A short file must not claim what takes minutes to fill: BMP has a bit for each pixel at least, and neither Deflate nor the shortest
    /// blocks of a JPEG make more of a byte.
    /// </summary>
    public static int MostPixelsOfAByte(ReadOnlySpan<byte> file) => file.StartsWith("BM"u8) ? 8 : 1032;

    /// <summary>By its first bytes, whatever its name is.</summary>
    /// <exception cref="InvalidDataException">It is no picture that is read, or not whole.</exception>
    public static void Require(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]))
        {
            RequireChunks(file[8..]);
        }
        else if (file.StartsWith((ReadOnlySpan<byte>)[Prefix, Start, Prefix]))
        {
            RequireSegments(file);
        }
        else if (!file.StartsWith("BM"u8) || file.Length < 26)
        {
            throw new InvalidDataException("it is neither PNG nor JPEG nor BMP");
        }
        else if (BinaryPrimitives.ReadUInt32LittleEndian(file[2..]) > file.Length)
        {
            throw new InvalidDataException("it is a BMP of fewer bytes than it states: it was cut short");
        }
    }

    /// <summary>
    /// A marker with its length and so many bytes, again and again; behind a start of scan what is no marker, up to the next.
    /// </summary>
    private static void RequireSegments(ReadOnlySpan<byte> file)
    {
        for (int at = 2; ;)
        {
            // A marker may have any number of prefixes.
            int marker = at;
            while (marker < file.Length && file[marker] == Prefix)
            {
                marker++;
            }

            if (marker == at || marker >= file.Length)
            {
                throw new InvalidDataException("it is a JPEG without an end: it was cut short or damaged");
            }

            if (file[marker] == End)
            {
                return;
            }

            int length = marker + 2 < file.Length ? BinaryPrimitives.ReadUInt16BigEndian(file[(marker + 1)..]) : 0;
            if (length < 2 || length > file.Length - marker - 1)
            {
                throw new InvalidDataException("it is a JPEG with a segment that leaves it: it was cut short or damaged");
            }

            at = marker + 1 + length;
            while (file[marker] == Scan && at < file.Length && !(file[at] == Prefix && at + 1 < file.Length && IsMarker(file[at + 1])))
            {
                at++;
            }
        }
    }

    private static bool IsMarker(byte code) => code is not (Escaped or (>= FirstRestart and <= LastRestart) or Prefix);

    /// <summary>Length, type, data and CRC-32 of type and data; IEND is the last.</summary>
    private static void RequireChunks(ReadOnlySpan<byte> chunks)
    {
        for (bool ended = false; !ended;)
        {
            if (chunks.Length < 12 || BinaryPrimitives.ReadUInt32BigEndian(chunks) is var length && length > chunks.Length - 12)
            {
                throw new InvalidDataException("it is a PNG without an end: it was cut short");
            }

            var checkedBytes = chunks.Slice(4, 4 + (int)length);
            using var sum = new Crc32Stream(new MemoryStream(checkedBytes.ToArray()));
            sum.CopyTo(Stream.Null);
            if (sum.Checksum != BinaryPrimitives.ReadUInt32BigEndian(chunks[(8 + (int)length)..]))
            {
                throw new InvalidDataException("it is a PNG with a wrong checksum: it was damaged");
            }

            ended = checkedBytes.StartsWith("IEND"u8);
            chunks = chunks[(12 + (int)length)..];
        }
    }
}
