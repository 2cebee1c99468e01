using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>512-bit registers: four taps in one instruction.</summary>
internal readonly unsafe struct ChannelsAvx512Vnni : IChannels
{
    private const int Lanes = 4;

    public static int Channels => ChannelCall.Channels;

    public static int GroupTaps => PanelLayout.ByteGroup;

    public static bool HasMasks => true;

    public static int PixelsAtOnce(int channels) => channels > ChannelCall.Channels / 2 ? 1 : channels > ChannelCall.Channels / 4 ? 2 : 4;

    public static int Code(int pixelsAtOnce) => (pixelsAtOnce switch
    {
        1 => MachineCode.Channels1U8S8Avx512Vnni,
        2 => MachineCode.Channels2U8S8Avx512Vnni,
        _ => MachineCode.Channels4U8S8Avx512Vnni,
    })[0];

    /// <summary>Panel by panel of 16, each in four parts, for every pixel again.</summary>
    public static void Order(in ByteChannels operands, int* weightTaps, int taps, int channel, int channels, ref ChannelCall call)
    {
        int lanesOfPixel = Lanes / PixelsAtOnce(channels);
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
