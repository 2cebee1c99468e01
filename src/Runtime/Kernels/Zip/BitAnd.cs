using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = the bits that a and b share; integers only</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct BitAnd : IBinaryFunction
{
    /// <exception cref="NotSupportedException">Always: floats have no such bits.</exception>
    public V Lanes<V>(V a, V b)
        where V : struct, IVectorF32<V> => throw new NotSupportedException();

    T IBinaryFunction.Invoke<T>(T a, T b) => T.CreateTruncating(ulong.CreateTruncating(a) & ulong.CreateTruncating(b));
}
