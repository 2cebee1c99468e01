using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = Σ x / count, NaN over no elements</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Mean : IReduction, INumberReduction
{
    static float IReduction.Start => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReduction.Join<V>(V left, V right) => left + right;

    static float IReduction.Finish(float joined, long count) => joined / count;

    static T INumberReduction.Start<T>() => T.Zero;

    static T INumberReduction.Join<T>(T left, T right) => left + right;

    static T INumberReduction.Finish<T>(T joined, int count) => joined / T.CreateTruncating(count);
}
