using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Softmax of rows, lanes along the row and 16 partial sums. One pass over some rows follows another, so that the next row begins while
/// sums of the last one are still joined.
/// </summary>
internal static unsafe class SoftmaxRows
{
    /// <summary>Rows of a pass at most.</summary>
    public const int MostRows = 32;

    /// <summary>Floats of a pass: what the first-level cache holds.</summary>
    private const int PassFloats = 4096;

    /// <param name="x">Row 0.</param>
    /// <param name="y">Where its result goes; may be the same memory.</param>
    /// <param name="pitch">Floats from row to row of both.</param>
    /// <param name="rows">From 0 on.</param>
    /// <param name="length">Floats of a row, at least 1.</param>
    public static void Run<V>(float* x, float* y, nint pitch, int rows, int length)
        where V : struct, IVectorF32<V> => Run<V, Plain>(x, y, pitch, default, rows, length);

    /// <summary>The same of x + mask, which is written to x.</summary>
    /// <param name="x">Row 0, and where its result goes.</param>
    /// <param name="pitch">Floats from row to row.</param>
    /// <param name="mask">Of row 0, as long.</param>
    /// <param name="maskPitch">From row to row of it; 0: all rows have the same one.</param>
    /// <param name="rows">From 0 on.</param>
    /// <param name="length">Floats of a row, at least 1.</param>
    public static void Masked<V>(float* x, nint pitch, float* mask, nint maskPitch, int rows, int length)
        where V : struct, IVectorF32<V> => Run<V, Added>(x, x, pitch, new(mask, maskPitch), rows, length);

    private static void Run<V, TMask>(float* x, float* y, nint pitch, TMask mask, int rows, int length)
        where V : struct, IVectorF32<V>
        where TMask : struct, IMask
    {
        int most = Math.Clamp(PassFloats / length, 1, MostRows);
        for (int first = 0; first < rows; first += most)
        {
            nint place = first * pitch;
            Pass<V, TMask>(x + place, y + place, pitch, mask, first, Math.Min(most, rows - first), length);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Pass<V, TMask>(float* x, float* y, nint pitch, TMask mask, int first, int rows, int length)
        where V : struct, IVectorF32<V>
        where TMask : struct, IMask
    {
        float* memory = stackalloc float[(MostRows + 1) * Lanes16<Sum>.Count];
        float* lanes = Lanes16<Sum>.Aligned(memory);
        for (int row = 0; row < rows; row++)
        {
            mask.Largest<V>(lanes + (row * Lanes16<Sum>.Count), x + (row * pitch), first + row, length);
        }

        for (int row = 0; row < rows; row++)
        {
            float* own = lanes + (row * Lanes16<Sum>.Count);
            float largest = Lanes16<LargestNumber>.Total<V>(own);
            Lanes16<Sum>.Begin<V>(own);
            Lanes16<Sum>.Append<V, Exponentials>(own, new(x + (row * pitch), y + (row * pitch), largest), length);
        }

        for (int row = 0; row < rows; row++)
        {
            Scale(y + (row * pitch), V.Broadcast(1 / Lanes16<Sum>.Total<V>(lanes + (row * Lanes16<Sum>.Count))), length);
        }
    }

    /// <summary>
    /// Times the reciprocal of the sum, which costs one rounding more than a quotient and a fifth of its time.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale<V>(float* y, V scale, int length)
        where V : struct, IVectorF32<V>
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            V.Store(Subnormal.ToZero(V.Load(y + i) * scale), y + i);
        }

        if (i < length)
        {
            V.StorePartial(Subnormal.ToZero(V.LoadPartial(y + i, length - i) * scale), y + i, length - i);
        }
    }

    /// <summary>What is added to rows before their largest numbers are found.</summary>
    private interface IMask
    {
        /// <param name="lanes">Become those of the largest number.</param>
        /// <param name="x">The row.</param>
        /// <param name="row">Its number.</param>
        /// <param name="length">Its floats.</param>
        void Largest<V>(float* lanes, float* x, int row, int length)
            where V : struct, IVectorF32<V>;
    }

    /// <summary>Nothing.</summary>
    private readonly struct Plain : IMask
    {
        public void Largest<V>(float* lanes, float* x, int row, int length)
            where V : struct, IVectorF32<V>
        {
            Lanes16<LargestNumber>.Begin<V>(lanes);
            Lanes16<LargestNumber>.Append<V>(lanes, x, length);
        }
    }

    private readonly struct Added(float* mask, nint pitch) : IMask
    {
        public void Largest<V>(float* lanes, float* x, int row, int length)
            where V : struct, IVectorF32<V>
        {
            Lanes16<LargestNumber>.Begin<V>(lanes);
            Lanes16<LargestNumber>.Append<V, Summed>(lanes, new(x, mask + (row * pitch)), length);
        }
    }

    /// <summary>x + mask, which are kept in x.</summary>
    private readonly struct Summed(float* x, float* mask) : ITerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(int i)
            where V : struct, IVectorF32<V>
        {
            var sum = V.Load(x + i) + V.Load(mask + i);
            V.Store(sum, x + i);
            return sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V PartAt<V>(int i, int n)
            where V : struct, IVectorF32<V>
        {
            var sum = V.LoadPartial(x + i, n) + V.LoadPartial(mask + i, n);
            V.StorePartial(sum, x + i, n);
            return sum;
        }
    }
}
