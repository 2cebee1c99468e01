using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>How activations and weights of a depthwise convolution become lanes.</summary>
internal unsafe interface IDepthwiseOperands
{
    /// <summary>The first <paramref name="n"/> channels from <paramref name="x"/> on; further lanes may hold anything.</summary>
    static abstract V Activations<V>(byte* x, int n)
        where V : struct, IVectorF32<V>;

    static abstract V Weights<V>(byte* weights)
        where V : struct, IVectorF32<V>;
}

/// <summary>Floats of both.</summary>
internal readonly unsafe struct FloatOperands : IDepthwiseOperands
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Activations<V>(byte* x, int n)
        where V : struct, IVectorF32<V> => V.Load((float*)x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Weights<V>(byte* weights)
        where V : struct, IVectorF32<V> => V.Load((float*)weights);
}

/// <summary>
/// Registers of unsigned bytes, and the first of every four signed ones: the panels of one channel that all byte products read.
/// </summary>
internal readonly unsafe struct ByteOperands : IDepthwiseOperands
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Activations<V>(byte* x, int n)
        where V : struct, IVectorF32<V> => V.LoadBytes(x, V.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Weights<V>(byte* weights)
        where V : struct, IVectorF32<V> => V.LoadSignedHeads((sbyte*)weights);
}

/// <summary>As <see cref="ByteOperands"/> for the last channels, which do not fill a register.</summary>
internal readonly unsafe struct LastByteOperands : IDepthwiseOperands
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Activations<V>(byte* x, int n)
        where V : struct, IVectorF32<V> => V.LoadBytes(x, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Weights<V>(byte* weights)
        where V : struct, IVectorF32<V> => ByteOperands.Weights<V>(weights);
}
