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
        byte** pixels = stackalloc byte*[2 * CallSize.BlockRows];
        nint* outputs = stackalloc nint[2 * CallSize.BlockRows];
        var located = new ChannelPixels(pixels, outputs, pixels + CallSize.BlockRows, outputs + CallSize.BlockRows);
        int ofRun = PixelsOfRun(operands, epilogue, source);
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
        for (int first = begin; first < end;)
        {
            first = located.Locate(source, first, end, ofRun);
            located.FillUp();
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
                    call.Target = epilogue.Bytes + channel;
                }

                Invoke(&call, located.RunPixels, located.RunOutputs, located.Runs, 1, ChannelCall.Channels);
                Invoke(&call, located.Pixels, located.Outputs, (located.Count + atOnce - 1) / atOnce, atOnce, left);
            }
        }
    }

    /// <param name="call">All that is the same for all pixels.</param>
    /// <param name="pixels">Of which so many are taken at once.</param>
    /// <param name="outputs">Of each of them.</param>
    /// <param name="count">Times, may be none.</param>
    /// <param name="atOnce">Pixels.</param>
    /// <param name="channels">Of a pixel.</param>
    private static void Invoke(ChannelCall* call, byte** pixels, nint* outputs, int count, int atOnce, int channels)
    {
        if (count > 0)
        {
            call->Pixels = pixels;
            call->Outputs = outputs;
            call->Count = count;
            call->Mask = ulong.MaxValue >> (ChannelCall.Channels - channels);
            call->Words = (1u << ((channels + 3) / 4)) - 1;
            TCall.Invoke(TChannels.Code(atOnce), call, count * (long)call->Groups <= ShortGroups);
        }
    }

    /// <summary>
    /// Neighbouring pixels that fill a register as they lie, in the input and in the target: taken as one pixel they need a quarter of the
    /// loads and stores. 1 where they do not.
    /// </summary>
    private static int PixelsOfRun(in ByteChannels operands, in MachineEpilogue epilogue, in ConvPixels source)
    {
        int atOnce = TChannels.PixelsAtOnce(operands.Channels);
        return TChannels.HasMasks && operands.Channels * atOnce == ChannelCall.Channels
            && source.PixelBytes == operands.Channels && epilogue.BytesPitch == operands.Channels ? atOnce : 1;
    }
}
