using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>How weights of few bits that share a word of 32 bits, one word for each column, are read one after another.</summary>
internal interface IWeightCodes
{
    /// <summary>Rows k of a column in a word.</summary>
    static abstract int Together { get; }

    /// <summary>The tiles that read them.</summary>
    static abstract KernelFamily<TileKernel> Kernels { get; }

    /// <summary>What <see cref="First"/> takes; kept by the caller.</summary>
    static abstract V Values<V>()
        where V : struct, IVectorF32<V>;

    /// <summary>The first row of each word.</summary>
    static abstract V First<V>(V words, V values)
        where V : struct, IVectorF32<V>;

    /// <summary>The words without their first row.</summary>
    static abstract V Next<V>(V words)
        where V : struct, IVectorF32<V>;
}

/// <summary>Integers in [−8, 7], the first row in the lowest four bits.</summary>
internal readonly struct SignedNibbles : IWeightCodes
{
    public static int Together => PanelLayout.NibbleRows;

    public static KernelFamily<TileKernel> Kernels => GroupKernels.S4;

    public static V Values<V>()
        where V : struct, IVectorF32<V> => V.NibbleValues;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V First<V>(V words, V values)
        where V : struct, IVectorF32<V> => V.Nibble(words, values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Next<V>(V words)
        where V : struct, IVectorF32<V> => V.NextNibble(words);
}

/// <summary>Floats E2M1, the first row in the lowest four bits.</summary>
internal readonly struct FloatNibbles : IWeightCodes
{
    public static int Together => PanelLayout.NibbleRows;

    public static KernelFamily<TileKernel> Kernels => GroupKernels.E2M1;

    public static V Values<V>()
        where V : struct, IVectorF32<V> => V.NibbleFloatValues;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V First<V>(V words, V values)
        where V : struct, IVectorF32<V> => V.NibbleFloat(words, values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Next<V>(V words)
        where V : struct, IVectorF32<V> => V.NextNibble(words);
}

/// <summary>Floats E4M3, the first row in the highest byte; the code of NaN is 480.</summary>
internal readonly struct E4M3Bytes : IWeightCodes
{
    public static int Together => PanelLayout.ByteGroup;

    public static KernelFamily<TileKernel> Kernels => GroupKernels.E4M3;

    public static V Values<V>()
        where V : struct, IVectorF32<V> => V.Zero;

    /// <summary>Four bits of exponent around 7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V First<V>(V words, V values)
        where V : struct, IVectorF32<V> => V.SmallFloat(words, 4, 0x87F0_0000, 1.32922799578491587e36f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Next<V>(V words)
        where V : struct, IVectorF32<V> => V.ShiftLeft(words, 8);
}

/// <summary>Floats E5M2, the first row in the highest byte; the codes of infinity and NaN are finite.</summary>
internal readonly struct E5M2Bytes : IWeightCodes
{
    public static int Together => PanelLayout.ByteGroup;

    public static KernelFamily<TileKernel> Kernels => GroupKernels.E5M2;

    public static V Values<V>()
        where V : struct, IVectorF32<V> => V.Zero;

    /// <summary>Five bits of exponent around 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V First<V>(V words, V values)
        where V : struct, IVectorF32<V> => V.SmallFloat(words, 3, 0x8FE0_0000, 5.192296858534828e33f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Next<V>(V words)
        where V : struct, IVectorF32<V> => V.ShiftLeft(words, 8);
}
