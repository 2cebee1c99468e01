using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[o, k, n] = Σ x[o, j, n] over the j up to k</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class CumSum
{
    /// <summary>x and y are dense [outer, axisLength, inner]. Exclusive sums leave k itself out; reverse ones run from the end.</summary>
    public static void Run<T>(Pointer<T> x, Pointer<T> y, int outer, int axisLength, int inner, bool exclusive, bool reverse)
        where T : unmanaged, INumber<T>
    {
        for (int o = 0; o < outer; o++)
        {
            for (int n = 0; n < inner; n++)
            {
                nint start = ((nint)o * axisLength * inner) + n;
                T sum = T.Zero;
                for (int i = 0; i < axisLength; i++)
                {
                    nint at = start + ((nint)(reverse ? axisLength - 1 - i : i) * inner);
                    T next = sum + x.Address[at];
                    y.Address[at] = exclusive ? sum : next;
                    sum = next;
                }
            }
        }
    }
}
