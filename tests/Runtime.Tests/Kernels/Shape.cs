using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>A convolution's sizes with all four paddings given, and the naive list of what it sums.</summary>
internal readonly record struct Shape() : IConvShape
{
    public int Batch { get; init; } = 1;

    public int InH { get; init; } = 1;

    public int InW { get; init; } = 1;

    public int InC { get; init; } = 1;

    public int OutC { get; init; } = 1;

    public int Groups { get; init; } = 1;

    public int KernelH { get; init; } = 1;

    public int KernelW { get; init; } = 1;

    public int StrideH { get; init; } = 1;

    public int StrideW { get; init; } = 1;

    public int PadTop { get; init; }

    public int PadLeft { get; init; }

    public int PadBottom { get; init; }

    public int PadRight { get; init; }

    public int DilationH { get; init; } = 1;

    public int DilationW { get; init; } = 1;

    public int OutH => ((InH + PadTop + PadBottom - ((KernelH - 1) * DilationH) - 1) / StrideH) + 1;

    public int OutW => ((InW + PadLeft + PadRight - ((KernelW - 1) * DilationW) - 1) / StrideW) + 1;

    /// <summary>Products in one output.</summary>
    public int Depth => KernelH * KernelW * (InC / Groups);

    public int InputLength => Batch * InH * InW * InC;

    public int OutputLength => Batch * OutH * OutW * OutC;

    /// <summary>Of one output pixel, counted through the batch: the taps inside the image and the input pixels that they read.</summary>
    public IEnumerable<(int Tap, int Pixel)> Taps(int output)
    {
        int w = output % OutW, h = output / OutW % OutH, n = output / OutW / OutH;
        for (int tap = 0; tap < KernelH * KernelW; tap++)
        {
            int y = (h * StrideH) - PadTop + (tap / KernelW * DilationH), x = (w * StrideW) - PadLeft + (tap % KernelW * DilationW);
            if (y >= 0 && y < InH && x >= 0 && x < InW)
            {
                yield return (tap, (((n * InH) + y) * InW) + x);
            }
        }
    }

    /// <summary>
    /// The products of one output element in order: index into x [Batch, InH, InW, InC] and into weights [taps, InC / Groups, OutC].
    /// </summary>
    public IEnumerable<(int Input, int Weight)> Terms(int output)
    {
        int o = output % OutC, channels = InC / Groups, group = o / (OutC / Groups);
        foreach (var (tap, pixel) in Taps(output / OutC))
        {
            for (int c = 0; c < channels; c++)
            {
                yield return ((pixel * InC) + (group * channels) + c, (((tap * channels) + c) * OutC) + o);
            }
        }
    }
}
