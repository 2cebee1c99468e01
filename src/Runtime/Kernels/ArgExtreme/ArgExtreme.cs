using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[o, n] = the position k of the largest or smallest x[o, k, n]</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class ArgExtreme
{
    /// <summary>
    /// x is dense [outer, axisLength, inner], y [outer, inner]. Of equal elements the first one counts, or the last one. The element is the
    /// one that the maximum or minimum
    /// returns: a NaN, where there is one.
    /// </summary>
    public static void Run<T>(Pointer<T> x, Pointer<long> y, int outer, int axisLength, int inner, bool largest, bool last)
        where T : unmanaged, INumber<T>
    {
        for (int o = 0; o < outer; o++)
        {
            for (int n = 0; n < inner; n++)
            {
                T* source = x.Address + ((nint)o * axisLength * inner) + n;
                int best = 0;
                for (int k = 1; k < axisLength; k++)
                {
                    T candidate = source[(nint)k * inner], known = source[(nint)best * inner];
                    bool better = T.IsNaN(candidate) ? !T.IsNaN(known) : largest ? candidate > known : candidate < known;
                    bool equal = candidate == known || (T.IsNaN(candidate) && T.IsNaN(known));
                    best = better || (last && equal) ? k : best;
                }

                y.Address[((nint)o * inner) + n] = best;
            }
        }
    }
}
