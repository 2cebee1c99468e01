using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = a &lt; 0 ? b · a : a, with the slope b; NaN and -0 pass</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct PRelu : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Lanes<V>(V a, V b)
        where V : struct, IVectorF32<V> => V.Select(V.LessThan(a, V.Zero), a * b, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    T IBinaryFunction.Invoke<T>(T a, T b) => a < T.Zero ? a * b : a;
}
