using System.ComponentModel;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[o, i, n] = (x[o, i, n] - m) - ln Σⱼ exp(x[o, j, n] - m) with m = maxⱼ x[o, j, n]; a NaN spreads along the axis</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class LogSoftmax
{
    /// <summary>x and y are dense [outer, axis, inner], and may be the same memory.</summary>
    public static void Run(Pointer<float> x, Pointer<float> y, int outer, int axis, int inner) =>
        Run(ChosenWidths.Elements, x, y, outer, axis, inner);

    internal static void Run(VectorWidth registers, Pointer<float> x, Pointer<float> y, int outer, int axis, int inner) =>
        VectorWidths.Run(inner == 1 ? registers : VectorWidths.Within(registers, inner),
            new SoftmaxSlices(x.Address, y.Address, axis, inner, logarithm: true), outer,
            (long)axis * inner * Part.Exponential);
}
