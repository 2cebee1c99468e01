using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = a - b·trunc(a/b), which has the sign of a; integers throw <see cref="DivideByZeroException"/> for b = 0</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Remainder : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Lanes<V>(V a, V b)
        where V : struct, IVectorF32<V> => EachLane(a, b);

    T IBinaryFunction.Invoke<T>(T a, T b) => a % b;

    [SkipLocalsInit]
    private static unsafe V EachLane<V>(V a, V b)
        where V : struct, IVectorF32<V>
    {
        float* left = stackalloc float[16];
        float* right = stackalloc float[16];
        V.Store(a, left);
        V.Store(b, right);
        for (int i = 0; i < V.Count; i++)
        {
            left[i] %= right[i];
        }

        return V.Load(left);
    }
}
