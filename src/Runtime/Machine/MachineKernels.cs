using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>u8 × s8 with vpdpbusd on 512-bit registers.</summary>
internal readonly struct U8S8Avx512Vnni : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.U8S8Avx512Vnni;

    public static int RegistersOfPanel => 1;

    public static int ElementBytes => 1;

    public static int PaddedDepth(int length) => PanelLayout.PaddedDepth(length);

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.Columns;
}
