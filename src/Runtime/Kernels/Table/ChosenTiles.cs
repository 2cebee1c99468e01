using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>The byte tiles that this process computes with: constants of code that is compiled after the first call.</summary>
internal static class ChosenByteTiles
{
    private static readonly TileKernel Any = ByteKernels.Family.Choose(Exactness.Any);
    private static readonly TileKernel SevenBit = ByteKernels.Family.Choose(Exactness.SevenBit);
    private static readonly TileKernel Blocks = ByteKernels.Family.Choose(Exactness.Blocks(2));

    /// <summary>The fastest that is exact for operands of which so much is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileKernel For(Exactness known) => known.Groups switch { 0 => Any, 1 => SevenBit, _ => Blocks };
}

/// <summary>The tile for weights of few bits in codes of <typeparamref name="TCodes"/>.</summary>
internal static class ChosenGroupTile<TCodes>
    where TCodes : struct, IWeightCodes
{
    public static readonly TileKernel Preferred = TCodes.Kernels.Choose();
}

/// <summary>The tile for bytes with weights of four bits.</summary>
internal static class ChosenByteGroupTile
{
    public static readonly TileKernel Preferred = GroupKernels.U8S4.Choose();
}

/// <summary>The tile for bfloat16 on both sides.</summary>
internal static class ChosenPairTile
{
    public static readonly TileKernel Preferred = PairKernels.Family.Choose();
}

/// <summary>The tile for integers of 16 bits on both sides.</summary>
internal static class ChosenShortTile
{
    public static readonly TileKernel Preferred = ShortKernels.Family.Choose();
}

/// <summary>The float tile for many products of one call.</summary>
internal static class ChosenRunTile
{
    public static readonly TileKernel Preferred = FloatKernels.RunsF32.Choose();
}

/// <summary>The float tile that this process computes with, for weights in the form of <typeparamref name="TWeights"/>.</summary>
internal static class ChosenTile<TWeights>
    where TWeights : struct, IWeightRows
{
    public static readonly TileKernel Preferred = TWeights.Kernels.Choose();

    /// <summary>The preferred one, or the one with registers of <paramref name="width"/> where its own are wider.</summary>
    public static TileKernel UpTo(VectorWidth width) => Preferred.Width <= width ? Preferred : TWeights.Kernels.Of(width);
}
