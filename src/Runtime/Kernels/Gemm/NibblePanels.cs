using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Kernels;

/// <summary>From words of eight signed nibbles to bytes as byte products read them.</summary>
internal static unsafe class NibblePanels
{
    /// <summary>Bytes that are asked for ahead: few rows of activations take less time than memory takes to begin.</summary>
    private const int Ahead = 2048;

    /// <summary>
    /// Lines of 16 words, each of eight rows, become two lines: [16][4] of the first four rows, and of the others. The shuffles make of
    /// each word its two lower, or upper, bytes twice, keep the lower nibble of one and the upper of the other, and look their values up.
    /// </summary>
    /// <param name="from">Lines of <see cref="PanelLayout.RowBytes"/>.</param>
    /// <param name="to">Twice as many.</param>
    /// <param name="lines">How many there are.</param>
    public static void Unpack(byte* from, sbyte* to, int lines)
    {
        byte* end = from + (lines * PanelLayout.RowBytes);
        if (Avx512BW.IsSupported)
        {
            var lower = FourTimes(Lower);
            var upper = lower + Vector512.Create((byte)2);
            var values = FourTimes(Values);
            for (; from < end; from += PanelLayout.RowBytes, to += 2 * PanelLayout.RowBytes)
            {
                Sse.Prefetch0(from + Ahead);
                var words = Vector512.Load(from);
                Bytes(Avx512BW.Shuffle(words, lower), values).Store((byte*)to);
                Bytes(Avx512BW.Shuffle(words, upper), values).Store((byte*)to + PanelLayout.RowBytes);
            }

            return;
        }

        for (; from < end; from += PanelLayout.RowBytes, to += 2 * PanelLayout.RowBytes)
        {
            for (int i = 0; i < PanelLayout.RowBytes; i += Vector128<byte>.Count)
            {
                var words = Vector128.Load(from + i);
                Bytes(Vector128.Shuffle(words, Lower)).Store((byte*)to + i);
                Bytes(Vector128.Shuffle(words, Lower + Vector128.Create((byte)2))).Store((byte*)to + PanelLayout.RowBytes + i);
            }
        }
    }

    private static Vector128<byte> Lower => Vector128.Create((byte)0, 0, 1, 1, 4, 4, 5, 5, 8, 8, 9, 9, 12, 12, 13, 13);

    private static Vector128<byte> Values =>
        Vector128.Create((sbyte)0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1).AsByte();

    private static Vector512<byte> FourTimes(Vector128<byte> part) =>
        Vector512.Create(Vector256.Create(part, part), Vector256.Create(part, part));

    private static Vector512<byte> Bytes(Vector512<byte> twice, Vector512<byte> values)
    {
        var shifted = (twice.AsUInt16() >> 4) & Vector512.Create((ushort)0x0F00);
        return Avx512BW.Shuffle(values, ((twice.AsUInt16() & Vector512.Create((ushort)0x000F)) | shifted).AsByte());
    }

    private static Vector128<byte> Bytes(Vector128<byte> twice)
    {
        var shifted = (twice.AsUInt16() >> 4) & Vector128.Create((ushort)0x0F00);
        return Vector128.Shuffle(Values, ((twice.AsUInt16() & Vector128.Create((ushort)0x000F)) | shifted).AsByte());
    }
}
