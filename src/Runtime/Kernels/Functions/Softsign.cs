using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x / (1 + |x|)</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Softsign : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return x / (V.Broadcast(1) + V.Abs(x));
    }
}
