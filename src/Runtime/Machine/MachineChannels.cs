using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>Depthwise convolutions of bytes into bytes in machine code: what <see cref="ChannelCall"/> asks for.</summary>
internal static unsafe class MachineChannels<TCall>
    where TCall : struct, IProcedureCall
{
    /// <summary>Most taps that are taken: their weights lie on the stack.</summary>
    public const int MostTaps = 64;

    /// <summary>Pixels that are located at once.</summary>
    private const int BlockPixels = 128;

    private const int Alignment = 64, Registers = 4, Lanes = 4;

    /// <summary>Groups of taps of one pixel up to which a call is short, as in <see cref="MachineTile{TKernel, TCall}"/>.</summary>
    private const long ShortCall = 512;

    /// <inheritdoc cref="DepthwiseKernel.Code"/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in ByteChannels operands, in MachineEpilogue epilogue, in ConvPixels source, int begin, int end)
    {
        nint* taps = stackalloc nint[MostTaps];
        int* weightTaps = stackalloc int[MostTaps];
        int count = operands.Taps(taps, weightTaps), groups = (count + 3) / 4;
        byte* room = stackalloc byte[(MostTaps / 4 * ChannelCall.GroupBytes) + (3 * ChannelCall.Channels * sizeof(int)) + Alignment];
        room = (byte*)(((nint)room + Alignment - 1) & -Alignment);
        nint* shifted = stackalloc nint[MostTaps];
        byte** pixels = stackalloc byte*[BlockPixels];
        nint* outputs = stackalloc nint[BlockPixels];
        ChannelCall call = default;
        call.Pixels = pixels;
        call.Outputs = outputs;
        call.TargetPitch = epilogue.Pitch;
        call.Taps = shifted;
        call.Groups = groups;
        call.Weights = (sbyte*)room;
        call.Compensation = (int*)(room + (MostTaps / 4 * ChannelCall.GroupBytes));
        call.Scale = (float*)(call.Compensation + ChannelCall.Channels);
        call.Bias = call.Scale + ChannelCall.Channels;
        call.Codes = epilogue.Codes;
        for (int first = begin; first < end; first += BlockPixels)
        {
            int high = Math.Min(BlockPixels, end - first);
            source.Locate(first, high, pixels, outputs);
            call.Count = high;
            for (int channel = 0; channel < operands.Channels; channel += ChannelCall.Channels)
            {
                int left = Math.Min(ChannelCall.Channels, operands.Channels - channel);
                for (int tap = 0; tap < groups * 4; tap++)
                {
                    // Where there is no tap the weights are zero, and any tap is read.
                    shifted[tap] = taps[tap < count ? tap : 0] + channel;
                }

                Order(operands, weightTaps, count, channel, left, ref call);
                call.Mask = ulong.MaxValue >> (ChannelCall.Channels - left);
                call.Target = epilogue.Target + channel;
                TCall.Invoke(MachineCode.ChannelsU8S8Avx512Vnni[0], &call, high * (long)groups <= ShortCall);
            }
        }
    }

    /// <summary>The numbers of the channels, four neighbours at a time, in the order of the call.</summary>
    private static void Order(in ByteChannels operands, int* weightTaps, int taps, int channel, int channels, ref ChannelCall call)
    {
        for (int part = 0; part < Registers * Lanes; part++)
        {
            int lane = part / Registers, register = part % Registers;
            int from = channel + (lane * PanelLayout.Columns) + (register * Lanes), to = (register * PanelLayout.Columns) + (lane * Lanes);
            var weights = (uint*)call.Weights + to;
            if (lane * PanelLayout.Columns >= channels)
            {
                for (int group = 0; group < call.Groups; group++)
                {
                    Vector128<uint>.Zero.Store(weights + (group * ChannelCall.Channels));
                }

                Vector128<int>.Zero.Store(call.Compensation + to);
                Vector128<float>.Zero.Store(call.Scale + to);
                Vector128<float>.Zero.Store(call.Bias + to);
                continue;
            }

            uint* panel = (uint*)operands.Panel(from);
            for (int group = 0; group < call.Groups; group++)
            {
                var four = Vector128<uint>.Zero;
                for (int j = Math.Min(3, taps - 1 - (group * 4)); j >= 0; j--)
                {
                    four = (four << 8) | (Vector128.Load(panel + (weightTaps[(group * 4) + j] * PanelLayout.Columns))
                        & Vector128.Create(0xFFu));
                }

                four.Store(weights + (group * ChannelCall.Channels));
            }

            operands.Compensation(from).Store(call.Compensation + to);
            Vector128.Load(operands.Scale + from).Store(call.Scale + to);
            Vector128.Load(operands.Bias + from).Store(call.Bias + to);
        }
    }
}
