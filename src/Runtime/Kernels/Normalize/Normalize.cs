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

    /// <summary>Floats of a pass, which the first-level cache holds, and rows at most.</summary>
    private const int PassFloats = 4096, MostRows = 32;

    private readonly struct Rows(float* x, float* scale, float* bias, float* y, int length, float epsilon, bool centered)
        : ISplitCode
    {
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            int most = length == 0 ? 0 : Math.Clamp(PassFloats / length, 1, MostRows);
            for (int r = begin; r < end && length != 0; r += most)
            {
                Pass<V>(x + ((nint)r * length), y + ((nint)r * length), Math.Min(most, end - r));
            }
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Pass<V>(float* source, float* target, int rows)
            where V : struct, IVectorF32<V>
        {
            float* memory = stackalloc float[(MostRows + 1) * Lanes16<Sum>.Count], means = stackalloc float[MostRows];
            float* lanes = Lanes16<Sum>.Aligned(memory);
            for (int row = 0; row < rows && centered; row++)
            {
                Lanes16<Sum>.Begin<V>(lanes + (row * Lanes16<Sum>.Count));
                Lanes16<Sum>.Append<V>(lanes + (row * Lanes16<Sum>.Count), source + ((nint)row * length), length);
            }

            for (int row = 0; row < rows; row++)
            {
                float* own = lanes + (row * Lanes16<Sum>.Count);
                means[row] = centered ? Lanes16<Sum>.Total<V>(own) / length : 0;
                Lanes16<Sum>.Begin<V>(own);
                Lanes16<Sum>.Append<V, Squares>(own, new(source + ((nint)row * length), means[row]), length);
            }

            for (int row = 0; row < rows; row++)
            {
                float variance = Lanes16<Sum>.Total<V>(lanes + (row * Lanes16<Sum>.Count)) / length;
                Row(source + ((nint)row * length), target + ((nint)row * length), V.Broadcast(means[row]),
                    V.Broadcast(1 / MathF.Sqrt(variance + epsilon)));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Row<V>(float* source, float* target, V m, V factor)
            where V : struct, IVectorF32<V>
        {
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
