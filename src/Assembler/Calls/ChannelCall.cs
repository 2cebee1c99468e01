using System;
using System.Runtime.InteropServices;

namespace MixPrec.Runtime.Machine;

/// <summary>
/// The argument of a depthwise convolution of bytes in machine code: one, two or four pixels at once, of up to 64, 32 or 16 channels, each
/// the sum over taps of its own.
/// </summary>
/// <remarks>
/// A register of bytes has 64 / p channels of each of p pixels. Four taps are interleaved within 128 bits: register r of four holds
/// channels 16·l + 4·r … 16·l + 4·r + 3 in its 128 bits l, counted on from pixel to pixel. Weights and the other numbers of a channel lie
/// in this order, those of a pixel again for the next one.
/// <para>
/// On 256-bit registers there are four pixels at once, and sums of 16 channels: 0 … 3 and 8 … 11 in one register, 4 … 7 and 12 … 15 in the
/// other. Weights are pairs of 16 bits for two taps. All channels are there.
/// </para>
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ChannelCall
{
    /// <summary>Bytes of a register.</summary>
    public const int Channels = 64;

    /// <summary>Bytes of weights of a group: four taps of each channel.</summary>
    public const int GroupBytes = Channels * 4;

    /// <summary>The same on 256-bit registers: channels, taps of a group, and bytes of its weights.</summary>
    public const int PairChannels = 16, PairTaps = 2, PairBytes = PairChannels * PairTaps * 2;

    /// <summary>Most pixels that code takes at once.</summary>
    public const int MostAtOnce = 4;

    /// <summary>Numbers of pixels that there is code for.</summary>
    public static ReadOnlySpan<int> PixelsAtOnce => [1, 2, MostAtOnce];

    /// <summary>Addresses of the pixels.</summary>
    public byte** Pixels;

    /// <summary>Times that so many pixels are taken at once, at least 1.</summary>
    public nint Count;

    /// <summary>Rows of the target, one for each pixel.</summary>
    public nint* Outputs;

    /// <summary>Where row 0 of the target has the first channel.</summary>
    public byte* Target;

    /// <summary>Bytes from row to row of the target.</summary>
    public nint TargetPitch;

    /// <summary>Bytes from a pixel's address to the first channel at each tap; whole groups.</summary>
    public nint* Taps;

    /// <summary>At least 1.</summary>
    public nint Groups;

    /// <summary>[Groups][64][4] bytes, or [Groups][16][2] of 16 bits, the channels in the order above.</summary>
    public void* Weights;

    /// <summary>Which channels of a pixel are there: bit i is channel i.</summary>
    public ulong Mask;

    /// <summary>Which 32 bits of a pixel are read: bit i has channels 4·i … 4·i + 3.</summary>
    public ulong Words;

    /// <summary>What sums begin with; one a channel in the order above, as the next two.</summary>
    public int* Compensation;

    public float* Scale;

    public float* Bias;

    /// <summary>Results are at least this; an integer, as the next one.</summary>
    public float Lowest;

    /// <summary>Results are at most this.</summary>
    public float Highest;
}
