using System.Runtime.Intrinsics;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>256-bit registers: two taps in one instruction, as numbers of 16 bits.</summary>
internal readonly unsafe struct ChannelsAvx2 : IChannels
{
    /// <summary>Channels that lie together in the order of the call.</summary>
    private const int Four = 4;

    public static int Channels => ChannelCall.PairChannels;

    public static int GroupTaps => ChannelCall.PairTaps;

    public static bool HasMasks => false;

    public static int PixelsAtOnce(int channels) => ChannelCall.MostAtOnce;

    public static int Code(int pixelsAtOnce) => MachineCode.ChannelsU8S8Avx2[0];

    /// <summary>Channels 0 … 3 and 8 … 11, then 4 … 7 and 12 … 15.</summary>
    public static void Order(in ByteChannels operands, int* weightTaps, int taps, int channel, int channels, ref ChannelCall call)
    {
        int column = channel % PanelLayout.Columns;
        int* compensations = stackalloc int[2 * PanelLayout.Columns];
        operands.Compensation(channel - column).Store(compensations);
        if (column > 0)
        {
            operands.Compensation(channel - column + PanelLayout.Columns).Store(compensations + PanelLayout.Columns);
        }

        for (int first = 0; first < ChannelCall.PairChannels; first += Four)
        {
            int from = channel + first, to = ((first & Four) * 2) + ((first & (2 * Four)) / 2);
            for (int group = 0; group < call.Groups; group++)
            {
                var even = Weights(operands, from, weightTaps[2 * group]) & Vector128.Create(0xFFFF);
                if ((2 * group) + 1 < taps)
                {
                    even |= Weights(operands, from, weightTaps[(2 * group) + 1]) << 16;
                }

                even.Store((int*)call.Weights + (group * ChannelCall.PairChannels) + to);
            }

            Vector128.Load(compensations + column + first).Store(call.Compensation + to);
            Vector128.Load(operands.Scale + from).Store(call.Scale + to);
            Vector128.Load(operands.Bias + from).Store(call.Bias + to);
        }
    }

    /// <summary>Of four channels, which may lie in two panels.</summary>
    private static Vector128<int> Weights(in ByteChannels operands, int channel, int tap)
    {
        int column = channel % PanelLayout.Columns;
        int* words = (int*)operands.Panel(channel - column) + (tap * PanelLayout.Columns) + column;
        if (column <= PanelLayout.Columns - Four)
        {
            return (Vector128.Load(words) << 24) >> 24;
        }

        var four = Vector128<int>.Zero;
        for (int i = 0; i < Four; i++, words++)
        {
            if (column + i == PanelLayout.Columns)
            {
                words = (int*)operands.Panel(channel + i) + (tap * PanelLayout.Columns);
            }

            four = four.WithElement(i, (*words << 24) >> 24);
        }

        return four;
    }
}
