using System.Buffers.Binary;

namespace MixPrec.Runtime;

/// <summary>
/// The first 64 bytes of a weights file, little endian:
/// <c>0 magic "MXW1" · 4 u16 major · 6 u16 minor · 8 u64 header bytes · 16 plan hash (32 bytes) · 48 u64 data bytes · 56 u32 CRC-32C of the
/// data ·
/// 60 u32 CRC-32C of the bytes 0…59</c>. Data follows the header; zeros pad the file to a multiple of 64 bytes.
/// </summary>
/// <remarks>A later minor version may lengthen the header (in steps of 64 bytes); a reader skips what it does not know.</remarks>
internal readonly record struct ModelWeightsHeader(string PlanHash, long HeaderBytes, long DataBytes, uint DataChecksum)
{
    public const int Bytes = 64;
    public const ushort Major = 1;
    public const ushort Minor = 0;
    private const string Digits = "0123456789abcdef";
    private const int HashOffset = 16, HashBytes = 32, LengthOffset = 48, ChecksumOffset = 56, HeaderChecksumOffset = 60;

    private static ReadOnlySpan<byte> Magic => "MXW1"u8;

    /// <summary>Length of the whole file.</summary>
    public long FileBytes => HeaderBytes + AlignedMemory.RoundUp(DataBytes);

    /// <summary>Writes the 64 bytes.</summary>
    public void Write(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], Major);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], Minor);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], HeaderBytes);
        Convert.FromHexString(PlanHash, destination.Slice(HashOffset, HashBytes), out _, out _);
        BinaryPrimitives.WriteInt64LittleEndian(destination[LengthOffset..], DataBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumOffset..], DataChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[HeaderChecksumOffset..], Crc32C.Compute(destination[..HeaderChecksumOffset]));
    }

    /// <summary>Reads and checks everything that does not need the data.</summary>
    /// <param name="source">The first bytes of the file: 64, or all of a shorter one.</param>
    /// <param name="fileBytes">Length of the whole file.</param>
    /// <param name="origin">Names the file in messages.</param>
    /// <exception cref="ModelWeightsException">Not a weights file, another version, damaged, truncated or too long.</exception>
    public static ModelWeightsHeader Read(ReadOnlySpan<byte> source, long fileBytes, string origin)
    {
        if (fileBytes < Bytes || source.Length < Bytes)
        {
            throw new ModelWeightsException($"{origin} is truncated: {fileBytes} bytes, and the header alone has {Bytes}.");
        }
        if (!source.StartsWith(Magic))
        {
            throw new ModelWeightsException(
                $"{origin} is no weights file: it begins with {Convert.ToHexString(source[..4])}, not with 'MXW1'.");
        }
        ushort major = BinaryPrimitives.ReadUInt16LittleEndian(source[4..]);
        if (major != Major)
        {
            throw new ModelWeightsException(
                $"{origin} has format version {major}; this runtime reads version {Major}. Use weights and runtime of one release.");
        }
        if (Crc32C.Compute(source[..HeaderChecksumOffset]) != BinaryPrimitives.ReadUInt32LittleEndian(source[HeaderChecksumOffset..]))
        {
            throw new ModelWeightsException($"{origin} is damaged: the checksum of its header does not match.");
        }
        var header = new ModelWeightsHeader(
            LowerCase(source.Slice(HashOffset, HashBytes)),
            BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[LengthOffset..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumOffset..]));
        header.CheckLengths(fileBytes, origin);
        return header;
    }

    /// <summary>Hexadecimal digits. That of the framework has loops over vectors, which take 2 ms to compile.</summary>
    private static string LowerCase(ReadOnlySpan<byte> bytes)
    {
        Span<char> digits = stackalloc char[2 * HashBytes];
        for (int i = 0; i < bytes.Length; i++)
        {
            digits[2 * i] = Digits[bytes[i] >> 4];
            digits[(2 * i) + 1] = Digits[bytes[i] & 15];
        }

        return new(digits);
    }

    /// <summary>A plan hash in the one spelling that is compared: 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="ArgumentException">Not 64 hexadecimal digits.</exception>
    public static string CheckedPlanHash(string planHash)
    {
        ArgumentNullException.ThrowIfNull(planHash);
        foreach (char digit in planHash)
        {
            if (!char.IsAsciiHexDigit(digit))
            {
                throw new ArgumentException($"A plan hash has hexadecimal digits only, not '{digit}'.", nameof(planHash));
            }
        }
        return planHash.Length == 2 * HashBytes
            ? planHash.ToLowerInvariant()
            : throw new ArgumentException($"A plan hash has {2 * HashBytes} hexadecimal digits, not {planHash.Length}.", nameof(planHash));
    }

    private void CheckLengths(long fileBytes, string origin)
    {
        // Both fields are compared with what is left of the file, so no sum of two untrusted numbers can overflow.
        if (HeaderBytes < Bytes || HeaderBytes % AlignedMemory.Alignment != 0)
        {
            throw new ModelWeightsException($"{origin} is damaged: {HeaderBytes} is no header length (a multiple of 64, from 64).");
        }
        if (DataBytes < 0)
        {
            throw new ModelWeightsException($"{origin} is damaged: its data length is negative.");
        }
        if (HeaderBytes > fileBytes || DataBytes > fileBytes - HeaderBytes || AlignedMemory.RoundUp(DataBytes) > fileBytes - HeaderBytes)
        {
            throw new ModelWeightsException(
                $"{origin} is truncated: {fileBytes} bytes, "
                + $"but its header announces {HeaderBytes} bytes of header and {DataBytes} bytes of data.");
        }
        if (fileBytes != FileBytes)
        {
            throw new ModelWeightsException($"{origin} is damaged: {fileBytes - FileBytes} bytes follow the end of its data.");
        }
    }
}
