using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = the smaller of a and b; a NaN in either wins, -0 is smaller than +0</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Minimum : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Lanes<V>(V a, V b)
        where V : struct, IVectorF32<V> => V.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    T IBinaryFunction.Invoke<T>(T a, T b) => T.Min(a, b);
}
