using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = the larger of a and b; a NaN in either wins, +0 is larger than -0</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Maximum : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Lanes<V>(V a, V b)
        where V : struct, IVectorF32<V> => V.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    T IBinaryFunction.Invoke<T>(T a, T b) => T.Max(a, b);
}
