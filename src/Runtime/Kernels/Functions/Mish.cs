using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x · tanh(ln(1 + eˣ))</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Mish : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        // With n = e²ˣ + 2eˣ the factor is n / (n + 2); from 20 on it rounds to 1, and e²ˣ stays finite.
        var low = V.Select(V.LessThan(x, V.Broadcast(20)), x, V.Broadcast(20));
        var e = Exponential.Exp(low);
        var n = V.FusedMultiplyAdd(e, e, e + e);
        return x * n / (n + V.Broadcast(2));
    }
}
