using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = the largest x, NaN if any is NaN, -∞ over no elements</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Max : IReduction, INumberReduction
{
    static float IReduction.Start => float.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReduction.Join<V>(V left, V right) => V.Max(left, right);

    static float IReduction.Finish(float joined, long count) => joined;

    static T INumberReduction.Start<T>() => T.CreateSaturating(double.NegativeInfinity);

    static T INumberReduction.Join<T>(T left, T right) => T.Max(left, right);
}
