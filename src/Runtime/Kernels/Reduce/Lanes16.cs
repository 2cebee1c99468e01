using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// 16 partial results in memory, of the elements i ≡ 0 … 15 (mod 16) of each run, joined pairwise at the end: the same order, and so the
/// same bits, for every register width.
/// </summary>
/// <remarks>
/// Memory at a multiple of 64 bytes is best: a register that crosses cache lines is slow to read behind its store. Where there are several
/// rows, all are joined after the last one has been summed, for the same reason.
/// </remarks>
internal static unsafe class Lanes16<TReduction>
    where TReduction : struct, IReduction
{
    /// <summary>Floats of the partial results.</summary>
    public const int Count = 16;

    /// <remarks>Constant data, which stay where they are.</remarks>
    private static ReadOnlySpan<float> Indices => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>Nothing appended yet.</summary>
    /// <remarks>
    /// Written in the registers that <see cref="Append{V}(float*, float*, int)"/> of the same width reads: a load waits long for several
    /// narrower stores.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Begin<V>(float* lanes)
        where V : struct, IVectorF32<V>
    {
        for (int lane = 0; lane < Count; lane += V.Count)
        {
            V.Store(V.Broadcast(TReduction.Start), lanes + lane);
        }
    }

    /// <summary>The next multiple of 64 bytes.</summary>
    public static float* Aligned(float* memory)
    {
        const int Bytes = Count * sizeof(float);
        return (float*)(((nint)memory + Bytes - 1) & -Bytes);
    }

    /// <summary>Joins a run of <paramref name="length"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Append<V>(float* lanes, float* x, int length)
        where V : struct, IVectorF32<V> => Append<V, Elements>(lanes, new(x), length);

    /// <summary>Joins a run of <paramref name="length"/> terms, which are asked for in order, each once.</summary>
    /// <remarks>A method of its own: the compiler inlines so much and no more, and what it calls here costs more than the terms.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Append<V, TTerms>(float* lanes, TTerms terms, int length)
        where V : struct, IVectorF32<V>
        where TTerms : struct, ITerms
    {
        int i = 0;
        if (V.Count == 1)
        {
            for (; i < length; i++)
            {
                V.Store(TReduction.Join(terms.At<V>(i), V.Load(lanes + (i % Count))), lanes + (i % Count));
            }

            return;
        }

        // In registers: 16 lanes are one of 16, two of 8 or four of 4; those that a width lacks are dead code.
        V a = V.Load(lanes), b = V.Load(lanes + Second<V>()), c = V.Load(lanes + Third<V>()),
            d = V.Load(lanes + Third<V>() + Second<V>());
        for (; i <= length - Count; i += Count)
        {
            a = TReduction.Join(terms.At<V>(i), a);
            b = Second<V>() > 0 ? TReduction.Join(terms.At<V>(i + Second<V>()), b) : b;
            c = Third<V>() > 0 ? TReduction.Join(terms.At<V>(i + Third<V>()), c) : c;
            d = Third<V>() > 0 ? TReduction.Join(terms.At<V>(i + Third<V>() + Second<V>()), d) : d;
        }

        V.Store(a, lanes);
        if (Second<V>() > 0)
        {
            V.Store(b, lanes + Second<V>());
        }

        if (Third<V>() > 0)
        {
            V.Store(c, lanes + Third<V>());
            V.Store(d, lanes + Third<V>() + Second<V>());
        }

        if (i < length)
        {
            Rest<V, TTerms>(terms, i, length, lanes);
        }
    }

    /// <summary>All that was appended, joined in halves: i with i + 8, then + 4, + 2, + 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Total<V>(float* lanes)
        where V : struct, IVectorF32<V>
    {
        if (V.Count < F32x8.Count)
        {
            return Total(lanes);
        }

        var eight = TReduction.Join(F32x8.Load(lanes + 8), F32x8.Load(lanes));
        return Total(TReduction.Join(F32x8.Upper(eight), F32x8.Lower(eight)));
    }

    /// <summary>16 partial results joined in the same halves.</summary>
    public static float Total(float* lanes) => Total(TReduction.Join(
        TReduction.Join(F32x4.Load(lanes + 12), F32x4.Load(lanes + 4)),
        TReduction.Join(F32x4.Load(lanes + 8), F32x4.Load(lanes))));

    /// <summary>Four partial results, joined.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Total(F32x4 four)
    {
        var two = TReduction.Join(F32x4.HalvesExchanged(four), four);
        return F32x4.First(TReduction.Join(F32x4.NeighboursExchanged(two), two));
    }

    /// <summary>Fewer than 16 terms; what is not there leaves its lane as it is.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Rest<V, TTerms>(TTerms terms, int first, int length, float* lanes)
        where V : struct, IVectorF32<V>
        where TTerms : struct, ITerms
    {
        var start = V.Broadcast(TReduction.Start);
        for (; first < length; first += V.Count, lanes += V.Count)
        {
            int n = Math.Min(V.Count, length - first);
            var isThere = V.LessThan(V.Load((float*)Unsafe.AsPointer(in Indices[0])), V.Broadcast(n));
            V.Store(TReduction.Join(V.Select(isThere, terms.PartAt<V>(first, n), start), V.Load(lanes)), lanes);
        }
    }

    /// <summary>First lane of the second register, and of the third; 0 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Second<V>()
        where V : struct, IVectorF32<V> => V.Count % Count;

    /// <inheritdoc cref="Second"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Third<V>()
        where V : struct, IVectorF32<V> => V.Count < 8 ? 8 : 0;

    private readonly struct Elements(float* x) : ITerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(int i)
            where V : struct, IVectorF32<V> => V.Load(x + i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V PartAt<V>(int i, int n)
            where V : struct, IVectorF32<V> => V.LoadPartial(x + i, n);
    }
}
