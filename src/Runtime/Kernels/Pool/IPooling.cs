using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>How the taps of one window become one result.</summary>
internal interface IPooling
{
    static abstract float Start { get; }

    static abstract V Join<V>(V left, V right)
        where V : struct, IVectorF32<V>;

    static abstract V Finish<V>(V joined, int taps)
        where V : struct, IVectorF32<V>;
}

internal readonly struct LargestTap : IPooling
{
    public static float Start => float.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Join<V>(V left, V right)
        where V : struct, IVectorF32<V> => V.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Finish<V>(V joined, int taps)
        where V : struct, IVectorF32<V> => joined;
}

internal readonly struct MeanOfTaps : IPooling
{
    public static float Start => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Join<V>(V left, V right)
        where V : struct, IVectorF32<V> => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Finish<V>(V joined, int taps)
        where V : struct, IVectorF32<V> => joined / V.Broadcast(taps);
}
