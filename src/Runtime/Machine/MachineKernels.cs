using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Machine;

/// <summary>u8 × s8 with vpdpbusd on 512-bit registers.</summary>
internal readonly struct U8S8Avx512Vnni : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.U8S8Avx512Vnni;

    public static ReadOnlySpan<int> Finished => MachineCode.U8S8Avx512VnniFinished;

    public static int RegistersOfPanel => 1;

    public static int ElementBytes => 1;

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => PanelLayout.PaddedDepth(length);

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.Columns;
}

/// <summary>Floats on 512-bit registers, the weights in panels.</summary>
internal readonly struct F32Avx512 : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.F32Avx512;

    public static ReadOnlySpan<int> Finished => MachineCode.F32Avx512Finished;

    public static int RegistersOfPanel => 1;

    public static int ElementBytes => sizeof(float);

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => length;

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.RowBytes;
}

/// <summary>The same where outer steps have sums of their own.</summary>
internal readonly struct F32RunsAvx512 : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.F32RunsAvx512;

    public static ReadOnlySpan<int> Finished => [];

    public static int RegistersOfPanel => 1;

    public static int ElementBytes => sizeof(float);

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => length;

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.RowBytes;
}

/// <summary>Floats on 256-bit registers, the weights in panels.</summary>
internal readonly struct F32Avx2 : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.F32Avx2;

    public static ReadOnlySpan<int> Finished => MachineCode.F32Avx2Finished;

    public static int RegistersOfPanel => 2;

    public static int ElementBytes => sizeof(float);

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => length;

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.RowBytes;
}

/// <summary>The same where outer steps have sums of their own.</summary>
internal readonly struct F32RunsAvx2 : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.F32RunsAvx2;

    public static ReadOnlySpan<int> Finished => [];

    public static int RegistersOfPanel => 2;

    public static int ElementBytes => sizeof(float);

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => length;

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.RowBytes;
}

/// <summary>Floats on 512-bit registers, the right-hand side a plain matrix.</summary>
internal readonly struct RowMajorF32Avx512 : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.RowMajorF32Avx512;

    public static ReadOnlySpan<int> Finished => [];

    public static int RegistersOfPanel => 1;

    public static int ElementBytes => sizeof(float);

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => length;

    public static nint WeightRowBytes(in Tile tile) => tile.Parameter;
}

/// <summary>Floats on 512-bit registers, the weights in bfloat16.</summary>
internal readonly struct BF16Avx512 : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.BF16Avx512;

    public static ReadOnlySpan<int> Finished => [];

    public static int RegistersOfPanel => 1;

    public static int ElementBytes => sizeof(float);

    public static int GroupRows => PanelLayout.BF16Pair;

    public static int PaddedDepth(int length) => length;

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.RowBytes / PanelLayout.BF16Pair;
}

/// <summary>Pairs of bfloat16 with vdpbf16ps on 512-bit registers; depths count bytes, so that a pair is a group of four.</summary>
internal readonly struct BF16Pairs : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.BF16Pairs;

    public static ReadOnlySpan<int> Finished => MachineCode.BF16PairsFinished;

    public static int RegistersOfPanel => 1;

    public static int ElementBytes => 1;

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => PanelLayout.PaddedDepth(length);

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.Columns;
}

/// <summary>u8 up to 127 × s8 with pairs of products in 16 bits on 256-bit registers.</summary>
internal readonly struct U7S8Avx2 : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.U7S8Avx2;

    public static ReadOnlySpan<int> Finished => MachineCode.U7S8Avx2Finished;

    public static int RegistersOfPanel => 2;

    public static int ElementBytes => 1;

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => PanelLayout.PaddedDepth(length);

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.Columns;
}

/// <summary>The same on 512-bit registers.</summary>
internal readonly struct U7S8Avx512 : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.U7S8Avx512;

    public static ReadOnlySpan<int> Finished => MachineCode.U7S8Avx512Finished;

    public static int RegistersOfPanel => 1;

    public static int ElementBytes => 1;

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => PanelLayout.PaddedDepth(length);

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.Columns;
}

/// <summary>u8 × s8 as numbers of 16 bits on 256-bit registers.</summary>
internal readonly struct U8S8Avx2 : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.U8S8Avx2;

    public static ReadOnlySpan<int> Finished => [];

    public static int RegistersOfPanel => 4;

    public static int ElementBytes => 1;

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => PanelLayout.PaddedDepth(length);

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.Columns;
}

/// <summary>u8 × s8 as numbers of 16 bits on 512-bit registers.</summary>
internal readonly struct U8S8Avx512 : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.U8S8Avx512;

    public static ReadOnlySpan<int> Finished => [];

    public static int RegistersOfPanel => 2;

    public static int ElementBytes => 1;

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => PanelLayout.PaddedDepth(length);

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.Columns;
}

/// <summary>s16 × s16 with vpdpwssd on 512-bit registers; depths count bytes, so that a pair is a group of four.</summary>
internal readonly struct S16Avx512Vnni : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.S16Avx512Vnni;

    public static ReadOnlySpan<int> Finished => [];

    public static int RegistersOfPanel => 1;

    public static int ElementBytes => 1;

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => PanelLayout.PaddedDepth(length);

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.Columns;
}

/// <summary>The same without the dot product.</summary>
internal readonly struct S16Avx512 : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.S16Avx512;

    public static ReadOnlySpan<int> Finished => [];

    public static int RegistersOfPanel => 1;

    public static int ElementBytes => 1;

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => PanelLayout.PaddedDepth(length);

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.Columns;
}

/// <summary>The same on 256-bit registers.</summary>
internal readonly struct S16Avx2 : IMachineKernel
{
    public static ReadOnlySpan<int> Procedures => MachineCode.S16Avx2;

    public static ReadOnlySpan<int> Finished => [];

    public static int RegistersOfPanel => 2;

    public static int ElementBytes => 1;

    public static int GroupRows => 1;

    public static int PaddedDepth(int length) => PanelLayout.PaddedDepth(length);

    public static nint WeightRowBytes(in Tile tile) => PanelLayout.Columns;
}
