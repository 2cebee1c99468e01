using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>y[i] = f(x[i]) with the registers of a chosen width.</summary>
internal static unsafe class Lanes
{
    public static float[] Map<TFunction>(VectorWidth width, TFunction function, float[] x)
        where TFunction : struct, IUnaryFunction
    {
        var y = new float[x.Length];
        fixed (float* source = x, target = y)
        {
            VectorWidths.Run(width, new Code<TFunction>(function, source, target, x.Length));
        }

        return y;
    }

    private readonly struct Code<TFunction>(TFunction function, float* x, float* y, int length) : IVectorCode
        where TFunction : struct, IUnaryFunction
    {
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            for (int i = 0; i < length; i += V.Count)
            {
                int n = Math.Min(V.Count, length - i);
                V.StorePartial(function.Invoke(V.LoadPartial(x + i, n)), y + i, n);
            }
        }
    }
}
