using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x · min(max(x / 6 + ½, 0), 1)</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct HardSwish : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return x * new HardSigmoid(1f / 6, 0.5f).Invoke(x);
    }
}
