using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = eˣ, within 2 units in the last place; overflow gives ∞, what would be subnormal is 0</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Exp : IUnaryFunction, IDoubleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return Exponential.Exp(x);
    }

    static double IDoubleFunction.Invoke(double x) => Math.Exp(x);
}
