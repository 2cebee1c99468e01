using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = Σ x, 0 over no elements</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Sum : IReduction, INumberReduction
{
    static float IReduction.Start => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReduction.Join<V>(V left, V right) => left + right;

    static float IReduction.Finish(float joined, long count) => joined;

    static T INumberReduction.Start<T>() => T.Zero;

    static T INumberReduction.Join<T>(T left, T right) => left + right;
}
