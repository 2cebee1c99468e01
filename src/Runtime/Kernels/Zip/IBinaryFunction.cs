using System.ComponentModel;
using System.Numerics;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = f(a, b) element by element: what <see cref="Zip"/> runs over two tensors.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IBinaryFunction
{
    /// <summary>Single precision, lane by lane.</summary>
    V Lanes<V>(V a, V b)
        where V : struct, IVectorF32<V>;

    /// <summary>Every other element type; integers wrap on overflow.</summary>
    T Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T>;
}
