namespace MixPrec.Compiler.Data.Npy;

/// <summary>
/// Passes a stream on and forms its CRC-32 (polynomial 0x04C11DB7, reflected, initial value and final xor 0xFFFFFFFF; ISO 3309, as in .zip
/// files). .NET's reader of archives leaves the one that an archive states unread, so that a flipped bit of stored data is data.
/// </summary>
internal sealed class Crc32Stream(Stream source) : Stream
{
    private const uint ReflectedPolynomial = 0xEDB88320;

    /// <summary>
    /// Tables[k][b]: what byte b adds when k more bytes follow. Eight tables, so that eight bytes are looked up at once: one table alone is
    /// no faster than a disk.
    /// </summary>
    private static readonly uint[][] s_tables = Tables(8);

    private uint _remainder = ~0u;

    /// <summary>Of the bytes read so far.</summary>
    public uint Checksum => ~_remainder;

    /// <summary>How many bytes were read so far.</summary>
    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => BytesRead; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int read = source.Read(buffer);
        _remainder = Append(_remainder, buffer[..read]);
        BytesRead += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private static uint Append(uint remainder, ReadOnlySpan<byte> data)
    {
        var t = s_tables;
        for (; data.Length >= 8; data = data[8..])
        {
            uint low = remainder ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(data);
            remainder = t[7][(byte)low] ^ t[6][(byte)(low >> 8)] ^ t[5][(byte)(low >> 16)] ^ t[4][low >> 24] ^ t[3][data[4]] ^ t[2][
                data[5]] ^ t[1][data[6]] ^ t[0][data[7]];
        }

        foreach (byte value in data)
        {
            remainder = (remainder >> 8) ^ t[0][(byte)(remainder ^ value)];
        }

        return remainder;
    }

    private static uint[][] Tables(int count)
    {
        var tables = new uint[count][];
        for (int k = 0; k < count; k++)
        {
            tables[k] = new uint[256];
            for (uint value = 0; value < 256; value++)
            {
                uint remainder = k == 0 ? value : tables[k - 1][value];
                for (int bit = 0; bit < 8; bit++)
                {
                    remainder = (remainder >> 1) ^ (ReflectedPolynomial & (0u - (remainder & 1)));
                }

                tables[k][value] = remainder;
            }
        }

        return tables;
    }
}
