using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[i] = f(x[i])</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Map
{
    /// <summary><paramref name="length"/> elements; x and y may be the same memory.</summary>
    public static void Run<TFunction>(TFunction function, Pointer<float> x, Pointer<float> y, int length)
        where TFunction : struct, IUnaryFunction =>
        Run(ChosenWidths.Elements, function, x, y, length);

    internal static void Run<TFunction>(VectorWidth registers, TFunction function, Pointer<float> x, Pointer<float> y, int length)
        where TFunction : struct, IUnaryFunction =>
        VectorWidths.Run(registers, new Elements<TFunction>(function, x.Address, y.Address, length));

    private readonly struct Elements<TFunction>(TFunction function, float* x, float* y, int length) : IVectorCode
        where TFunction : struct, IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            var f = function;
            int i = 0;
            for (; i <= length - V.Count; i += V.Count)
            {
                V.Store(f.Invoke(V.Load(x + i)), y + i);
            }

            if (i < length)
            {
                V.StorePartial(f.Invoke(V.LoadPartial(x + i, length - i)), y + i, length - i);
            }
        }
    }
}
