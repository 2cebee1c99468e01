using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>The exponentials of x - m, which are kept where <paramref name="y"/> is not null.</summary>
internal readonly unsafe struct Exponentials(float* x, float* y, float m) : ITerms
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V At<V>(int i)
        where V : struct, IVectorF32<V>
    {
        var e = Exponential.ExpOfNegative(V.Load(x + i) - V.Broadcast(m));
        if (y != null)
        {
            V.Store(e, y + i);
        }

        return e;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V PartAt<V>(int i, int n)
        where V : struct, IVectorF32<V>
    {
        var e = Exponential.ExpOfNegative(V.LoadPartial(x + i, n) - V.Broadcast(m));
        if (y != null)
        {
            V.StorePartial(e, y + i, n);
        }

        return e;
    }
}
