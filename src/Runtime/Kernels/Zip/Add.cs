using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = a + b</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Add : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Lanes<V>(V a, V b)
        where V : struct, IVectorF32<V> => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    T IBinaryFunction.Invoke<T>(T a, T b) => a + b;
}
