using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The sums of a byte tile on their way to memory: register a_i at i · <c>pitch</c>, b_i <c>second</c> further, both counted in sums.
/// </summary>
internal static unsafe class ByteSums
{
    /// <summary>Writes <typeparamref name="TCount"/> registers a, and b where there are two of each, and begins new sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<TDot, TSum, TLhs, TWeights, TCount, TPair>(
        int* sums, int pitch, int second,
        ref TSum a0, ref TSum a1, ref TSum a2, ref TSum a3, ref TSum a4, ref TSum a5, ref TSum a6, ref TSum a7,
        ref TSum b0, ref TSum b1, ref TSum b2, ref TSum b3, ref TSum b4, ref TSum b5, ref TSum b6, ref TSum b7)
        where TDot : struct, IByteDot<TSum, TLhs, TWeights>
        where TSum : struct
        where TLhs : struct
        where TWeights : struct
        where TCount : struct, ICount
        where TPair : struct, ICount
    {
        Put<TDot, TSum, TLhs, TWeights, TCount, TPair>(0, a0, b0, sums, pitch, second);
        Put<TDot, TSum, TLhs, TWeights, TCount, TPair>(1, a1, b1, sums, pitch, second);
        Put<TDot, TSum, TLhs, TWeights, TCount, TPair>(2, a2, b2, sums, pitch, second);
        Put<TDot, TSum, TLhs, TWeights, TCount, TPair>(3, a3, b3, sums, pitch, second);
        Put<TDot, TSum, TLhs, TWeights, TCount, TPair>(4, a4, b4, sums, pitch, second);
        Put<TDot, TSum, TLhs, TWeights, TCount, TPair>(5, a5, b5, sums, pitch, second);
        Put<TDot, TSum, TLhs, TWeights, TCount, TPair>(6, a6, b6, sums, pitch, second);
        Put<TDot, TSum, TLhs, TWeights, TCount, TPair>(7, a7, b7, sums, pitch, second);
        a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = default;
        b0 = b1 = b2 = b3 = b4 = b5 = b6 = b7 = default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TDot, TSum, TLhs, TWeights, TCount, TPair>(int index, TSum a, TSum b, int* sums, int pitch, int second)
        where TDot : struct, IByteDot<TSum, TLhs, TWeights>
        where TSum : struct
        where TLhs : struct
        where TWeights : struct
        where TCount : struct, ICount
        where TPair : struct, ICount
    {
        if (index < TCount.Value)
        {
            TDot.Store(a, sums + (index * pitch));
            if (TPair.Value > 1)
            {
                TDot.Store(b, sums + (index * pitch) + second);
            }
        }
    }
}
