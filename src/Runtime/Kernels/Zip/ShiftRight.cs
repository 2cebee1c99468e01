using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = ⌊a / 2ᵇ⌋; a is unsigned; integers only</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ShiftRight : IBinaryFunction
{
    /// <exception cref="NotSupportedException">Always: floats have no such bits.</exception>
    public V Lanes<V>(V a, V b)
        where V : struct, IVectorF32<V> => throw new NotSupportedException();

    T IBinaryFunction.Invoke<T>(T a, T b) =>
        T.CreateTruncating(b > T.CreateTruncating(63) ? 0 : ulong.CreateTruncating(a) >> int.CreateTruncating(b));
}
