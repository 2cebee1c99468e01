using System.Runtime.CompilerServices;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>Depthwise convolutions of bytes into bytes in machine code: what <see cref="ChannelCall"/> asks for.</summary>
internal static unsafe class MachineChannels<TChannels, TCall>
    where TChannels : struct, IChannels
    where TCall : struct, IProcedureCall
{
    private const int MostTaps = DepthwiseKernel<ByteChannels>.MostTaps;

    private const int Alignment = 64;

    /// <summary>Groups of taps of one pixel up to which a call is short, as <see cref="CallSize.ShortMultiplyAdds"/> are.</summary>
    private const long ShortGroups = 512;

    /// <inheritdoc cref="DepthwiseKernel{TChannels}.Code"/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(in ByteChannels operands, in MachineEpilogue epilogue, in ConvPixels source, int begin, int end)
    {
        nint* taps = stackalloc nint[MostTaps];
        int* weightTaps = stackalloc int[MostTaps];
        int count = operands.Taps(taps, weightTaps), groups = (count + TChannels.GroupTaps - 1) / TChannels.GroupTaps;
        byte* room = stackalloc byte[(MostTaps / 4 * ChannelCall.GroupBytes) + (3 * ChannelCall.Channels * sizeof(int)) + Alignment];
        room = (byte*)(((nint)room + Alignment - 1) & -Alignment);
        nint* shifted = stackalloc nint[MostTaps];
        byte** pixels = stackalloc byte*[CallSize.BlockRows];
        nint* outputs = stackalloc nint[CallSize.BlockRows];
        ChannelCall call = default;
        call.TargetPitch = epilogue.BytesPitch;
        call.Taps = shifted;
        call.Groups = groups;
        call.Weights = room;
        call.Compensation = (int*)(room + (MostTaps / 4 * ChannelCall.GroupBytes));
        call.Scale = (float*)(call.Compensation + ChannelCall.Channels);
        call.Bias = call.Scale + ChannelCall.Channels;
        (call.Lowest, call.Highest) = (epilogue.Lowest, epilogue.Highest);
        int ordered = -1;
        for (int first = begin; first < end; first += CallSize.BlockRows)
        {
            int high = Math.Min(CallSize.BlockRows, end - first);
            source.Locate(first, high, pixels, outputs);
            int whole = high;
            for (; whole % ChannelCall.MostAtOnce != 0; whole++)
            {
                // The last one once more: it is written again.
                pixels[whole] = pixels[high - 1];
                outputs[whole] = outputs[high - 1];
            }

            for (int next = 0; next < operands.Channels; next += TChannels.Channels)
            {
                int channel = TChannels.HasMasks ? next : Math.Min(next, operands.Channels - TChannels.Channels);
                int left = Math.Min(TChannels.Channels, operands.Channels - channel), atOnce = TChannels.PixelsAtOnce(left);
                if (channel != ordered)
                {
                    ordered = channel;
                    for (int tap = 0; tap < groups * TChannels.GroupTaps; tap++)
                    {
                        // Where there is no tap the weights are zero, and any tap is read.
                        shifted[tap] = taps[tap < count ? tap : 0] + channel;
                    }

                    TChannels.Order(operands, weightTaps, count, channel, left, ref call);
                    call.Mask = ulong.MaxValue >> (ChannelCall.Channels - left);
                    call.Words = (1u << ((left + 3) / 4)) - 1;
                    call.Target = epilogue.Bytes + channel;
                }

                call.Pixels = pixels;
                call.Outputs = outputs;
                call.Count = (high + atOnce - 1) / atOnce;
                TCall.Invoke(TChannels.Code(atOnce), &call, call.Count * (long)groups <= ShortGroups);
            }
        }
    }
}
