namespace MixPrec.Runtime.Machine;

/// <summary>The code of depthwise convolutions of floats on registers of one width.</summary>
internal interface ILanes
{
    /// <summary>Of tiles of up to <see cref="MostPixels"/>, a list for each form as <see cref="IMachineKernel.Finished"/> has.</summary>
    static abstract ReadOnlySpan<int> Procedures { get; }

    static abstract int MostPixels { get; }

    /// <summary>The same of tiles of up to <see cref="TileCall.RowPixels"/> pixels beside each other, by the columns between two.</summary>
    static abstract ReadOnlySpan<int> RowProcedures { get; }

    /// <summary>Channels of a register.</summary>
    static abstract int Width { get; }

    /// <summary>Whether channels may fill a part of the last register; otherwise it overlaps the one before.</summary>
    static abstract bool HasMasks { get; }
}

/// <summary>512-bit registers.</summary>
internal readonly struct LanesAvx512 : ILanes
{
    public static ReadOnlySpan<int> Procedures => MachineCode.LanesF32Avx512;

    public static int MostPixels => TileCall.Avx512Pixels;

    public static ReadOnlySpan<int> RowProcedures => MachineCode.LaneRowsF32Avx512;

    public static int Width => 16;

    public static bool HasMasks => true;
}

/// <summary>256-bit registers.</summary>
internal readonly struct LanesAvx2 : ILanes
{
    public static ReadOnlySpan<int> Procedures => MachineCode.LanesF32Avx2;

    public static int MostPixels => TileCall.Avx2Pixels;

    public static ReadOnlySpan<int> RowProcedures => MachineCode.LaneRowsF32Avx2;

    public static int Width => 8;

    public static bool HasMasks => false;
}
