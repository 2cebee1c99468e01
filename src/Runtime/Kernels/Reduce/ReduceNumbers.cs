using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[kept…] = finish(∘ over the reduced axes of x[…]) for numbers without vector code: one after another, in the order of memory
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class ReduceNumbers
{
    /// <summary>
    /// x is dense of <paramref name="shape"/>, at most 8 axes; y is dense, of the axes that are not in <paramref name="axes"/> (each 0 …
    /// rank - 1, in any order).
    /// </summary>
    public static void Run<TReduction, T>(TReduction reduction, Pointer<T> x, Pointer<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> axes)
        where TReduction : struct, INumberReduction
        where T : unmanaged, INumber<T>
    {
        _ = reduction;
        var split = ReduceAxes.Split(shape, axes);
        if (split.Outputs == 0 || split.Inputs == 0)
        {
            new Span<T>(y.Address, split.Outputs).Fill(TReduction.Start<T>());
            return;
        }

        T* target = y.Address;
        nint from = 0, none = 0;
        do
        {
            var joined = TReduction.Start<T>();
            nint offset = 0;
            do
            {
                joined = TReduction.Join(joined, x.Address[from + offset]);
            }
            while (split.Reduced.Advance(split.Reduced.Rank, ref offset, ref none));
            *target++ = TReduction.Finish(joined, split.Inputs);
        }
        while (split.Kept.Advance(split.Kept.Rank, ref from, ref none));
    }
}
