using System.Runtime.InteropServices;

namespace MixPrec.Runtime.Machine;

/// <summary>
/// The argument of a depthwise convolution of bytes in machine code: pixels of up to 64 channels, each the sum over taps of its own.
/// </summary>
/// <remarks>
/// Four taps of 64 channels are interleaved within 128 bits: register r of four holds channels 16·l + 4·r … 16·l + 4·r + 3 in its 128 bits
/// l. Weights and the other numbers of a channel lie in this order.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ChannelCall
{
    /// <summary>Channels of a call.</summary>
    public const int Channels = 64;

    /// <summary>Bytes of weights of a group: four taps of each channel.</summary>
    public const int GroupBytes = Channels * 4;

    /// <summary>Addresses of the pixels.</summary>
    public byte** Pixels;

    /// <summary>At least 1.</summary>
    public nint Count;

    /// <summary>Rows of the target, one for each pixel.</summary>
    public nint* Outputs;

    /// <summary>Where row 0 of the target has the first channel.</summary>
    public byte* Target;

    /// <summary>Bytes from row to row of the target.</summary>
    public nint TargetPitch;

    /// <summary>Bytes from a pixel's address to the first channel at each tap; whole groups of four.</summary>
    public nint* Taps;

    /// <summary>At least 1.</summary>
    public nint Groups;

    /// <summary>[Groups][64][4], the channels in the order above.</summary>
    public sbyte* Weights;

    /// <summary>Which of the 64 channels are there: bit i is channel i.</summary>
    public ulong Mask;

    /// <summary>What sums begin with; 64 in the order above, as the next two.</summary>
    public int* Compensation;

    public float* Scale;

    public float* Bias;

    public CodeRange Codes;
}
