using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[r, i] = (x[r, i] - m) / √(v + epsilon) · scale[i] + bias[i] with v = Σⱼ (x[r, j] - m)² / length and m = Σⱼ x[r, j] / length, or m = 0
/// when not centered
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Normalize
{
    /// <summary>Work of an element, see <see cref="Part.LeastWork"/>: it is read three times and written once.</summary>
    private const long NormalizedElement = 4 * sizeof(float);

    /// <summary>
    /// x and y are dense [rows, length], and may be the same memory; scale and bias have <paramref name="length"/> elements.
    /// </summary>
    public static void Run(Pointer<float> x, Pointer<float> scale, Pointer<float> bias, Pointer<float> y, int rows, int length,
        float epsilon, bool centered) =>
        Run(ChosenWidths.Elements, x, scale, bias, y, rows, length, epsilon, centered);

    internal static void Run(
        VectorWidth registers, Pointer<float> x, Pointer<float> scale, Pointer<float> bias, Pointer<float> y, int rows, int length,
            float epsilon, bool centered) =>
        VectorWidths.Run(registers, new Rows(x.Address, scale.Address, bias.Address, y.Address, length, epsilon, centered),
            rows, length * NormalizedElement);

    private readonly struct Rows(float* x, float* scale, float* bias, float* y, int length, float epsilon, bool centered)
        : ISplitCode
    {
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            for (int r = begin; r < end && length != 0; r++)
            {
                Row<V>(x + ((nint)r * length), y + ((nint)r * length));
            }
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Row<V>(float* source, float* target)
            where V : struct, IVectorF32<V>
        {
            float mean = 0;
            if (centered)
            {
                var sum = Lanes16<Sum>.Empty<V>();
                sum.Append<V>(source, length);
                mean = sum.Total<V>() / length;
            }

            var squares = Lanes16<Sum>.Empty<V>();
            squares.Append<V, Squares>(new(source, mean), length);
            var m = V.Broadcast(mean);
            var factor = V.Broadcast(1 / MathF.Sqrt((squares.Total<V>() / length) + epsilon));
            int i = 0;
            for (; i <= length - V.Count; i += V.Count)
            {
                V.Store(((V.Load(source + i) - m) * factor * V.Load(scale + i)) + V.Load(bias + i), target + i);
            }

            if (i < length)
            {
                int rest = length - i;
                V.StorePartial(((V.LoadPartial(source + i, rest) - m) * factor * V.LoadPartial(scale + i, rest)) + V.LoadPartial(bias + i,
                    rest), target + i, rest);
            }
        }
    }

    /// <summary>(x - mean)²</summary>
    private readonly struct Squares(float* x, float mean) : ITerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(int i)
            where V : struct, IVectorF32<V> => Square(V.Load(x + i));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V PartAt<V>(int i, int n)
            where V : struct, IVectorF32<V> => Square(V.LoadPartial(x + i, n));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Square<V>(V value)
            where V : struct, IVectorF32<V>
        {
            var d = value - V.Broadcast(mean);
            return d * d;
        }
    }
}
