using System.Runtime.Intrinsics;

namespace MixPrec.Runtime.Kernels;

/// <summary>What the pixels of a rectangle are multiplied with: the taps that all of them see, and the numbers of each channel.</summary>
/// <param name="channels">Number of channels.</param>
/// <param name="kernelH">Taps down, those in the padding too.</param>
/// <param name="kernelW">Taps across.</param>
/// <param name="rows">Taps down that are inside.</param>
/// <param name="columns">Taps across.</param>
/// <param name="depth">Where they are.</param>
/// <param name="zeroPoint">What the padding holds.</param>
/// <param name="weights">See <see cref="DepthwiseConv"/>, as the next three.</param>
/// <param name="compensation">Of all taps inside the input.</param>
/// <param name="scale">ceil16(channels).</param>
/// <param name="bias">ceil16(channels).</param>
internal readonly unsafe struct ByteChannels(
    int channels, int kernelH, int kernelW, ConvSpan rows, ConvSpan columns, Depth depth, byte zeroPoint, byte* weights,
    int* compensation, float* scale, float* bias)
{
    /// <summary>Words of a tap in a panel.</summary>
    private const int TapWords = PanelLayout.Columns;

    public int Channels => channels;

    public float* Scale => scale;

    public float* Bias => bias;

    /// <summary>Bytes from a pixel to each tap, and which one of the kernel it is.</summary>
    /// <returns>How many there are.</returns>
    public int Taps(nint* offsets, int* indices)
    {
        int count = 0;
        for (int i = 0; i < depth.Outer; i++)
        {
            for (int j = 0; j < depth.Inner; j++, count++)
            {
                offsets[count] = (i * depth.OuterLhs) + (j * depth.InnerLhs);
                indices[count] = ((rows.First + i) * kernelW) + columns.First + j;
            }
        }

        return count;
    }

    /// <summary>Tap 0 of 16 channels from <paramref name="channel"/> on: a word each, the weight in its first byte.</summary>
    public byte* Panel(int channel) => weights + ((nint)channel * kernelH * kernelW * sizeof(uint));

    /// <summary>
    /// Of 16 channels from <paramref name="channel"/> on, with what the taps in the padding add: the zero point times their weights.
    /// </summary>
    public Vector512<int> Compensation(int channel)
    {
        var outside = Vector512<int>.Zero;
        if (zeroPoint != 0 && (rows.Taps < kernelH || columns.Taps < kernelW))
        {
            int* panel = (int*)Panel(channel);
            for (int i = 0; i < kernelH; i++)
            {
                for (int j = 0; j < kernelW; j++)
                {
                    if (i < rows.First || i >= rows.Last || j < columns.First || j >= columns.Last)
                    {
                        outside += (Vector512.Load(panel + (((i * kernelW) + j) * TapWords)) << 24) >> 24;
                    }
                }
            }
        }

        return Vector512.Load(compensation + channel) + (outside * Vector512.Create((int)zeroPoint));
    }
}
