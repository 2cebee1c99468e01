namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Elements of 2 or 4 bits as ONNX stores them: several in a byte, the first in the lowest bits; the last byte is filled up with zeros.
/// </summary>
internal static class PackedBits
{
    /// <summary>One byte for each of <paramref name="count"/> elements; signed ones keep their value as <see cref="sbyte"/>.</summary>
    /// <param name="packed">⌈count · bits / 8⌉ bytes.</param>
    public static byte[] Unpack(ReadOnlySpan<byte> packed, int bits, bool signed, int count)
    {
        var elements = new byte[count];
        int perByte = 8 / bits, unused = 8 - bits;
        for (int i = 0; i < count; i++)
        {
            byte high = unchecked((byte)(packed[i / perByte] >> (i % perByte * bits) << unused));
            elements[i] = signed ? unchecked((byte)((sbyte)high >> unused)) : (byte)(high >> unused);
        }

        return elements;
    }

    /// <summary>The inverse: the low bits of every byte.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> elements, int bits)
    {
        int perByte = 8 / bits, mask = (1 << bits) - 1;
        var packed = new byte[(elements.Length + perByte - 1) / perByte];
        for (int i = 0; i < elements.Length; i++)
        {
            packed[i / perByte] |= (byte)((elements[i] & mask) << (i % perByte * bits));
        }

        return packed;
    }
}
