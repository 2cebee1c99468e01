using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>Integers of fewer than 8 bits, each in a byte of its own: y[i] = the number that the lowest bits of x[i] mean.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class LowBits
{
    /// <summary>The highest of <paramref name="bits"/> bits (1…8) is the sign; x and y may be the same memory.</summary>
    public static void Run(Pointer<sbyte> x, Pointer<sbyte> y, int bits, int length)
    {
        int unused = 32 - bits;
        for (int i = 0; i < length; i++)
        {
            y.Address[i] = (sbyte)(x.Address[i] << unused >> unused);
        }
    }

    /// <summary>There is no sign; <paramref name="bits"/> is 1…8; x and y may be the same memory.</summary>
    public static void Run(Pointer<byte> x, Pointer<byte> y, int bits, int length)
    {
        int mask = (1 << bits) - 1;
        for (int i = 0; i < length; i++)
        {
            y.Address[i] = (byte)(x.Address[i] & mask);
        }
    }
}
