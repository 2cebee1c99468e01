using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = aᵇ; integers wrap on overflow, and a negative power of an integer is rounded towards zero (0⁻¹ throws)</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Power : IBinaryFunction
{
    [SkipLocalsInit]
    public unsafe V Lanes<V>(V a, V b)
        where V : struct, IVectorF32<V>
    {
        float* bases = stackalloc float[16];
        float* powers = stackalloc float[16];
        V.Store(a, bases);
        V.Store(b, powers);
        for (int i = 0; i < V.Count; i++)
        {
            // Squares are by far the most frequent powers in networks (variances), and a product is exact to the last rounding.
            bases[i] = powers[i] == 2 ? bases[i] * bases[i] : MathF.Pow(bases[i], powers[i]);
        }

        return V.Load(bases);
    }

    T IBinaryFunction.Invoke<T>(T a, T b)
    {
        if (typeof(T) == typeof(double))
        {
            return T.CreateTruncating(Math.Pow(double.CreateTruncating(a), double.CreateTruncating(b)));
        }

        if (typeof(T) == typeof(Half))
        {
            return T.CreateTruncating(MathF.Pow(float.CreateTruncating(a), float.CreateTruncating(b)));
        }

        return Integral(a, b);
    }

    private static T Integral<T>(T a, T b)
        where T : INumber<T>
    {
        if (T.IsNegative(b))
        {
            T inverse = T.One / a;
            return inverse == T.Zero || T.IsEvenInteger(b) ? inverse * inverse : inverse;
        }

        T result = T.One;
        for (ulong power = ulong.CreateTruncating(b); power != 0; power >>= 1, a *= a)
        {
            result = (power & 1) != 0 ? result * a : result;
        }

        return result;
    }
}
