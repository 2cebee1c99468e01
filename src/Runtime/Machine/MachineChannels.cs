using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>Depthwise convolutions of bytes into bytes in machine code: what <see cref="ChannelCall"/> asks for.</summary>
internal static unsafe class MachineChannels<TCall>
    where TCall : struct, IProcedureCall
{
    private const int MostTaps = DepthwiseKernel<ByteChannels>.MostTaps;

    private const int Alignment = 64, Lanes = 4;

    /// <summary>Groups of taps of one pixel up to which a call is short, as <see cref="CallSize.ShortMultiplyAdds"/> are.</summary>
    private const long ShortGroups = 512;

    /// <inheritdoc cref="DepthwiseKernel{TChannels}.Code"/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(in ByteChannels operands, in MachineEpilogue epilogue, in ConvPixels source, int begin, int end)
    {
        nint* taps = stackalloc nint[MostTaps];
        int* weightTaps = stackalloc int[MostTaps];
        int count = operands.Taps(taps, weightTaps), groups = (count + 3) / 4;
        byte* room = stackalloc byte[(MostTaps / 4 * ChannelCall.GroupBytes) + (3 * ChannelCall.Channels * sizeof(int)) + Alignment];
        room = (byte*)(((nint)room + Alignment - 1) & -Alignment);
        nint* shifted = stackalloc nint[MostTaps];
        byte** pixels = stackalloc byte*[CallSize.BlockRows];
        nint* outputs = stackalloc nint[CallSize.BlockRows];
        ChannelCall call = default;
        call.TargetPitch = epilogue.BytesPitch;
        call.Taps = shifted;
        call.Groups = groups;
        call.Weights = (sbyte*)room;
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

            for (int channel = 0; channel < operands.Channels; channel += ChannelCall.Channels)
            {
                int left = Math.Min(ChannelCall.Channels, operands.Channels - channel);
                int atOnce = left > ChannelCall.Channels / 2 ? 1 : left > ChannelCall.Channels / 4 ? 2 : 4;
                if (channel != ordered)
                {
                    ordered = channel;
                    for (int tap = 0; tap < groups * 4; tap++)
                    {
                        // Where there is no tap the weights are zero, and any tap is read.
                        shifted[tap] = taps[tap < count ? tap : 0] + channel;
                    }

                    Order(operands, weightTaps, count, channel, left, Lanes / atOnce, ref call);
                    call.Mask = ulong.MaxValue >> (ChannelCall.Channels - left);
                    call.Words = (1u << ((left + 3) / 4)) - 1;
                    call.Target = epilogue.Bytes + channel;
                }

                call.Pixels = pixels;
                call.Outputs = outputs;
                call.Count = (high + atOnce - 1) / atOnce;
                TCall.Invoke(Code(atOnce), &call, call.Count * (long)groups <= ShortGroups);
            }
        }
    }

    private static int Code(int pixelsAtOnce) => (pixelsAtOnce switch
    {
        1 => MachineCode.Channels1U8S8Avx512Vnni,
        2 => MachineCode.Channels2U8S8Avx512Vnni,
        _ => MachineCode.Channels4U8S8Avx512Vnni,
    })[0];

    /// <summary>
    /// The numbers of the channels in the order of the call: panel by panel of 16, each in four parts, for every pixel again.
    /// </summary>
    private static void Order(in ByteChannels operands, int* weightTaps, int taps, int channel, int channels, int lanesOfPixel,
        ref ChannelCall call)
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            int from = channel + (lane % lanesOfPixel * PanelLayout.Columns), to = lane * Lanes;
            bool exists = from - channel < channels;
            uint* panel = exists ? (uint*)operands.Panel(from) : null;
            for (int group = 0; group < call.Groups; group++)
            {
                var four = Vector512<uint>.Zero;
                for (int j = exists ? Math.Min(3, taps - 1 - (group * 4)) : -1; j >= 0; j--)
                {
                    four = (four << 8)
                        | (Vector512.Load(panel + (weightTaps[(group * 4) + j] * PanelLayout.Columns)) & Vector512.Create(0xFFu));
                }

                Put(four, (uint*)call.Weights + (group * ChannelCall.Channels) + to);
            }

            Put(exists ? operands.Compensation(from).AsUInt32() : default, (uint*)call.Compensation + to);
            Put(exists ? Vector512.Load(operands.Scale + from).AsUInt32() : default, (uint*)call.Scale + to);
            Put(exists ? Vector512.Load(operands.Bias + from).AsUInt32() : default, (uint*)call.Bias + to);
        }
    }

    /// <summary>Four channels to each register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector512<uint> panel, uint* target)
    {
        panel.GetLower().GetLower().Store(target);
        panel.GetLower().GetUpper().Store(target + PanelLayout.Columns);
        panel.GetUpper().GetLower().Store(target + (2 * PanelLayout.Columns));
        panel.GetUpper().GetUpper().Store(target + (3 * PanelLayout.Columns));
    }
}
