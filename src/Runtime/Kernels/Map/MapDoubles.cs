using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[i] = f(x[i]) in double precision</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class MapDoubles
{
    /// <summary><paramref name="length"/> elements; x and y may be the same memory.</summary>
    public static void Run<TFunction>(TFunction function, Pointer<double> x, Pointer<double> y, int length)
        where TFunction : struct, IDoubleFunction
    {
        _ = function;
        for (int i = 0; i < length; i++)
        {
            y.Address[i] = TFunction.Invoke(x.Address[i]);
        }
    }
}
