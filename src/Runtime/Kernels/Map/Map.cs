using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[i] = f(x[i])</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Map
{
    /// <summary>Work of an element, see <see cref="Part.LeastWork"/>: between a ReLU, which is all memory, and a GELU.</summary>
    private const int MappedElement = 16;

    /// <summary><paramref name="length"/> elements; x and y may be the same memory.</summary>
    public static void Run<TFunction>(TFunction function, Pointer<float> x, Pointer<float> y, int length)
        where TFunction : struct, IUnaryFunction =>
        Run(ChosenWidths.Elements, function, x, y, length);

    internal static void Run<TFunction>(VectorWidth registers, TFunction function, Pointer<float> x, Pointer<float> y, int length)
        where TFunction : struct, IUnaryFunction =>
        VectorWidths.Run(registers, new Elements<TFunction>(function, x.Address, y.Address, length),
            ElementRun.Count(length), ElementRun.Length * MappedElement);

    private readonly struct Elements<TFunction>(TFunction function, float* x, float* y, int length) : ISplitCode
        where TFunction : struct, IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            var f = function;
            var (i, last) = ElementRun.Elements(begin, end, length);
            for (; i <= last - V.Count; i += V.Count)
            {
                V.Store(f.Invoke(V.Load(x + i)), y + i);
            }

            if (i < last)
            {
                V.StorePartial(f.Invoke(V.LoadPartial(x + i, last - i)), y + i, last - i);
            }
        }
    }
}
