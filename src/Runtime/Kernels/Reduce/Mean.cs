using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = Σ x / count, NaN over no elements</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Mean : IReduction
{
    static float IReduction.Start => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReduction.Join<V>(V left, V right) => left + right;

    static float IReduction.Finish(float joined, long count) => joined / count;
}
