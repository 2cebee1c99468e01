using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>The code of depthwise convolutions of bytes on registers of one width: how <see cref="ChannelCall"/> is filled.</summary>
internal unsafe interface IChannels
{
    /// <summary>Most channels of a call.</summary>
    static abstract int Channels { get; }

    /// <summary>Taps of a group.</summary>
    static abstract int GroupTaps { get; }

    /// <summary>Whether there may be fewer channels; otherwise the last ones are as many, some of which were there before.</summary>
    static abstract bool HasMasks { get; }

    /// <summary>Pixels that are taken at once.</summary>
    static abstract int PixelsAtOnce(int channels);

    /// <summary>Where the procedure begins.</summary>
    static abstract int Code(int pixelsAtOnce);

    /// <summary>The numbers of the channels in the order of the call.</summary>
    /// <param name="operands">Has them in panels.</param>
    /// <param name="weightTaps">Which taps of the kernel are multiplied.</param>
    /// <param name="taps">How many.</param>
    /// <param name="channel">The first one.</param>
    /// <param name="channels">Up to <see cref="Channels"/>.</param>
    /// <param name="call">Has room for them, and the number of groups.</param>
    static abstract void Order(in ByteChannels operands, int* weightTaps, int taps, int channel, int channels, ref ChannelCall call);
}
