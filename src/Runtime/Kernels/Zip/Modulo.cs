using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = a - b·⌊a/b⌋, which has the sign of b; integers throw <see cref="DivideByZeroException"/> for b = 0</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Modulo : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Lanes<V>(V a, V b)
        where V : struct, IVectorF32<V> => a - (b * V.Floor(a / b));

    T IBinaryFunction.Invoke<T>(T a, T b) => Remainder(a, b);

    private static T Remainder<T>(T a, T b)
        where T : INumber<T>
    {
        T rest = a % b;
        return !T.IsZero(rest) && T.IsNegative(rest) != T.IsNegative(b) ? rest + b : rest;
    }
}
