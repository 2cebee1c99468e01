using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>The largest x that is a number: a NaN reaches all results of a softmax through the sum.</summary>
internal readonly struct LargestNumber : IReduction
{
    public static float Start => float.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Join<V>(V left, V right)
        where V : struct, IVectorF32<V> => V.IfGreater(left, right);

    public static float Finish(float joined, long count) => joined;
}
