using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The 16 bits of a bfloat16: the upper half of a single-precision number. A type of its own, so that casts tell it from
/// <see cref="ushort"/>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct BF16(ushort bits)
{
    /// <summary>What makes a signalling NaN a quiet one, in the bits of a single-precision number.</summary>
    internal const uint QuietNaN = 0x40_0000;

    /// <summary>What is added to those bits, and one more where the result would be odd, before the lower half is dropped.</summary>
    internal const uint AlmostHalf = 0x7FFF;

    /// <summary>Sign, 8 bits of exponent, 7 of fraction.</summary>
    public ushort Bits { get; } = bits;

    /// <summary>Rounds to nearest even; a NaN stays one.</summary>
    public static BF16 FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? new((ushort)((bits | QuietNaN) >> 16))
            : new((ushort)((bits + AlmostHalf + ((bits >> 16) & 1)) >> 16));
    }

    /// <summary>The number, exactly.</summary>
    public float ToSingle() => BitConverter.UInt32BitsToSingle((uint)Bits << 16);
}
