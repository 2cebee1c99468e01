using System;
using System.Runtime.InteropServices;

namespace MixPrec.Runtime.Machine;

/// <summary>
/// The argument of the transforms of pixels and of filters for F(4×4, 3×3) in machine code: 36 points of 32 integers of 16 bits at a time.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LargeTileCall
{
    /// <summary>16-bit integers of a register.</summary>
    public const int Lanes = 32;

    /// <summary>Pixels: the addresses of the 36 of a tile, row by row. Filters: the first group of four channels of tap 0.</summary>
    public void* Source;

    /// <summary>Filters: bytes from tap to tap.</summary>
    public nint SourcePitch;

    /// <summary>Where the first point goes.</summary>
    public short* Target;

    /// <summary>Bytes from point to point.</summary>
    public nint TargetPitch;

    /// <summary>Pixels: registers of channels. Filters: groups of four channels of 16 columns. At least 1.</summary>
    public nint Count;

    /// <summary>
    /// Pixels: channels from the first register to the second; from any other one to the next there are <see cref="Lanes"/>.
    /// </summary>
    public nint FirstStep;

    /// <summary>Filters: two registers of which bytes of a group of four, in every 128 bits, are to be the upper ones of 16 bits.</summary>
    public byte* Orders;
}
