using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>How weight rows k and k + 1 of a panel, or of a plain matrix, are read.</summary>
internal unsafe interface IWeightRows
{
    /// <summary>
    /// Bytes from the rows of k to those of k + 2, k even; <paramref name="given"/> is the caller's row pitch where it is not fixed.
    /// </summary>
    static abstract nint PairBytes(nint given);

    /// <summary>The tiles that read them.</summary>
    static abstract KernelFamily<TileKernel> Kernels { get; }

    /// <summary>From panel to panel of 16 columns.</summary>
    static abstract nint PanelBytes(int depth);

    /// <summary>Whether odd rows share their bytes with the even row before, so that a run must start at an even row.</summary>
    static abstract bool Paired { get; }

    static abstract V Even<V>(byte* pair, nint given)
        where V : struct, IVectorF32<V>;

    static abstract V Odd<V>(byte* pair, nint given)
        where V : struct, IVectorF32<V>;
}

/// <summary>Panels of 16 columns: [K][16] float.</summary>
internal readonly unsafe struct PanelF32 : IWeightRows
{
    public static bool Paired => false;

    public static KernelFamily<TileKernel> Kernels => FloatKernels.PanelF32;

    public static nint PairBytes(nint given) => 2 * PanelLayout.RowBytes;

    public static nint PanelBytes(int depth) => PanelLayout.PanelBytesF32(depth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Even<V>(byte* pair, nint given)
        where V : struct, IVectorF32<V> => V.Load((float*)pair);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Odd<V>(byte* pair, nint given)
        where V : struct, IVectorF32<V> => V.Load((float*)(pair + PanelLayout.RowBytes));
}

/// <summary>Panels of 16 columns: [ceil(K/2)][16][2] bfloat16, the even k in the low half of each 32 bits.</summary>
internal readonly unsafe struct PanelBF16 : IWeightRows
{
    public static bool Paired => true;

    public static KernelFamily<TileKernel> Kernels => FloatKernels.PanelBF16;

    public static nint PairBytes(nint given) => PanelLayout.RowBytes;

    public static nint PanelBytes(int depth) => PanelLayout.PanelBytesBF16(depth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Even<V>(byte* pair, nint given)
        where V : struct, IVectorF32<V> => V.LowHalf(V.Load((float*)pair));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Odd<V>(byte* pair, nint given)
        where V : struct, IVectorF32<V> => V.HighHalf(V.Load((float*)pair));
}

/// <summary>As <see cref="PanelBF16"/>, of IEEE half precision.</summary>
internal readonly unsafe struct PanelF16 : IWeightRows
{
    /// <summary>Five bits of exponent around 15, in the place of eight around 127.</summary>
    private const int Shift = 3;

    private const uint Kept = 0x8FFF_E000;

    /// <summary>2¹¹².</summary>
    private const float Unit = 5.192296858534828e33f;

    public static bool Paired => true;

    public static KernelFamily<TileKernel> Kernels => FloatKernels.PanelF16;

    public static nint PairBytes(nint given) => PanelLayout.RowBytes;

    public static nint PanelBytes(int depth) => PanelLayout.PanelBytesBF16(depth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Even<V>(byte* pair, nint given)
        where V : struct, IVectorF32<V> => V.SmallFloat(V.ShiftLeft(V.Load((float*)pair), 16), Shift, Kept, Unit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Odd<V>(byte* pair, nint given)
        where V : struct, IVectorF32<V> => V.SmallFloat(V.Load((float*)pair), Shift, Kept, Unit);
}

/// <summary>A plain row-major matrix of floats; the given pitch is the bytes of a row.</summary>
internal readonly unsafe struct RowMajorF32 : IWeightRows
{
    public static bool Paired => false;

    public static KernelFamily<TileKernel> Kernels => FloatKernels.RowMajorF32;

    public static nint PairBytes(nint given) => 2 * given;

    /// <summary>The next 16 columns follow in the same row.</summary>
    public static nint PanelBytes(int depth) => PanelLayout.RowBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Even<V>(byte* pair, nint given)
        where V : struct, IVectorF32<V> => V.Load((float*)pair);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Odd<V>(byte* pair, nint given)
        where V : struct, IVectorF32<V> => V.Load((float*)(pair + given));
}
