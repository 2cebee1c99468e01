using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y = a - b·⌊a/b⌋, which has the sign of b, from the exact rest of the division; integers throw <see cref="DivideByZeroException"/> for b
/// = 0
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Modulo : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Lanes<V>(V a, V b)
        where V : struct, IVectorF32<V>
    {
        // A quotient that is rounded before the floor is off by one where a is a multiple of b but for its last bits.
        var rest = new Remainder().Lanes(a, b);
        var opposite = V.Select(V.LessThan(b, V.Zero), V.LessThan(V.Zero, rest), V.LessThan(rest, V.Zero));
        return V.Select(opposite, rest + b, rest);
    }

    T IBinaryFunction.Invoke<T>(T a, T b) => Remainder(a, b);

    private static T Remainder<T>(T a, T b)
        where T : INumber<T>
    {
        T rest = a % b;
        return !T.IsZero(rest) && T.IsNegative(rest) != T.IsNegative(b) ? rest + b : rest;
    }
}
