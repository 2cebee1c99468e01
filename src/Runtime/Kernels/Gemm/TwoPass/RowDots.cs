using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Dot products with contiguous rows. Each is 16 partial sums, of the elements k ≡ 0 … 15 (mod 16) by fused multiply-adds in the order of
/// k, that are joined in
/// halves (see <see cref="Lanes16{TReduction}"/>): the same order, and so the same bits, for every register width. Differs from the exact
/// sum by at most
/// (⌈K/16⌉ + 4)·2⁻²⁴·Σ|x·w| to first order.
/// </summary>
/// <remarks>
/// Four rows at once: eight sums of 256 bits are what two units of latency four keep busy, and four streams of memory are what prefetchers
/// follow
/// (prefetching rows when they are flagged changed nothing measurable).
/// </remarks>
internal static unsafe class RowDots
{
    /// <summary>Rows of one call.</summary>
    public const int Rows = 4;

    private const int Lanes = PanelLayout.Columns, Pair = PanelLayout.ColumnRun;

    /// <summary>Bytes of a row of <paramref name="depth"/> elements: whole pairs of 16, zero from depth on.</summary>
    public static nint Bytes<TWeights>(int depth)
        where TWeights : struct, IWeightRows => PanelLayout.PaddedColumnRun(depth) / Pair * TWeights.PairBytes(0);

    /// <summary>sums[i] = Σ x[k] · row i[k].</summary>
    /// <typeparam name="V">Register.</typeparam>
    /// <typeparam name="TWeights">A row seen as a panel of 16 columns: what is its row number there is k / 16 here.</typeparam>
    /// <param name="x">[depth].</param>
    /// <param name="rows">Four addresses of <see cref="Bytes"/>.</param>
    /// <param name="depth">Elements.</param>
    /// <param name="sums">Receives four.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, TWeights>(float* x, byte** rows, int depth, float* sums)
        where V : struct, IVectorF32<V>
        where TWeights : struct, IWeightRows
    {
        float* partial = stackalloc float[Rows * Lanes];

        // Two registers of each row at a time, and one where it has all 16 lanes.
        for (int lane = 0; lane < Lanes; lane += V.Count < Lanes ? 2 * V.Count : V.Count)
        {
            V a0 = V.Zero, a1 = V.Zero, a2 = V.Zero, a3 = V.Zero, b0 = V.Zero, b1 = V.Zero, b2 = V.Zero, b3 = V.Zero;
            byte* row0 = rows[0] + (4 * lane), row1 = rows[1] + (4 * lane), row2 = rows[2] + (4 * lane), row3 = rows[3] + (4 * lane);
            float* lhs = x + lane;
            nint pair = 0;
            int left = depth;
            for (; left >= Pair; left -= Pair, pair += TWeights.PairBytes(0), lhs += Pair)
            {
                Add<V, TWeights>(false, V.Load(lhs), row0 + pair, row1 + pair, row2 + pair, row3 + pair, ref a0, ref a1, ref a2, ref a3);
                Add<V, TWeights>(true, V.Load(lhs + Lanes), row0 + pair, row1 + pair, row2 + pair, row3 + pair, ref a0, ref a1,
                    ref a2, ref a3);
                if (V.Count < Lanes)
                {
                    nint next = pair + (4 * V.Count);
                    Add<V, TWeights>(false, V.Load(lhs + V.Count), row0 + next, row1 + next, row2 + next, row3 + next, ref b0, ref b1,
                        ref b2, ref b3);
                    Add<V, TWeights>(true, V.Load(lhs + Lanes + V.Count), row0 + next, row1 + next, row2 + next, row3 + next, ref b0,
                        ref b1, ref b2, ref b3);
                }
            }

            if (left > 0)
            {
                Add<V, TWeights>(false, Rest<V>(lhs, left - lane), row0 + pair, row1 + pair, row2 + pair, row3 + pair, ref a0, ref a1,
                    ref a2, ref a3);
                Add<V, TWeights>(true, Rest<V>(lhs + Lanes, left - lane - Lanes), row0 + pair, row1 + pair, row2 + pair, row3 + pair,
                    ref a0, ref a1, ref a2, ref a3);
                if (V.Count < Lanes)
                {
                    nint next = pair + (4 * V.Count);
                    Add<V, TWeights>(false, Rest<V>(lhs + V.Count, left - lane - V.Count), row0 + next, row1 + next, row2 + next,
                        row3 + next, ref b0, ref b1, ref b2, ref b3);
                    Add<V, TWeights>(true, Rest<V>(lhs + Lanes + V.Count, left - lane - Lanes - V.Count), row0 + next, row1 + next,
                        row2 + next, row3 + next, ref b0, ref b1, ref b2, ref b3);
                }
            }

            Put(a0, b0, partial + lane);
            Put(a1, b1, partial + Lanes + lane);
            Put(a2, b2, partial + (2 * Lanes) + lane);
            Put(a3, b3, partial + (3 * Lanes) + lane);
        }

        for (int row = 0; row < Rows; row++)
        {
            sums[row] = Lanes16<Sum>.Total(partial + (row * Lanes));
        }
    }

    /// <summary>‖x‖₂, its sum of squares in the same order.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Norm<V>(float* x, int depth)
        where V : struct, IVectorF32<V>
    {
        float* partial = stackalloc float[Lanes];
        for (int lane = 0; lane < Lanes; lane += V.Count)
        {
            var sum = V.Zero;
            int k = lane;
            for (; k - lane <= depth - Lanes; k += Lanes)
            {
                var u = V.Load(x + k);
                sum = V.FusedMultiplyAdd(u, u, sum);
            }

            var rest = Rest<V>(x + k, depth - k);
            V.Store(V.FusedMultiplyAdd(rest, rest, sum), partial + lane);
        }

        return MathF.Sqrt(Lanes16<Sum>.Total(partial));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V, TWeights>(bool odd, V x, byte* row0, byte* row1, byte* row2, byte* row3, ref V sum0, ref V sum1, ref V sum2,
        ref V sum3)
        where V : struct, IVectorF32<V>
        where TWeights : struct, IWeightRows
    {
        sum0 = V.FusedMultiplyAdd(x, odd ? TWeights.Odd<V>(row0, 0) : TWeights.Even<V>(row0, 0), sum0);
        sum1 = V.FusedMultiplyAdd(x, odd ? TWeights.Odd<V>(row1, 0) : TWeights.Even<V>(row1, 0), sum1);
        sum2 = V.FusedMultiplyAdd(x, odd ? TWeights.Odd<V>(row2, 0) : TWeights.Even<V>(row2, 0), sum2);
        sum3 = V.FusedMultiplyAdd(x, odd ? TWeights.Odd<V>(row3, 0) : TWeights.Even<V>(row3, 0), sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Rest<V>(float* x, int n)
        where V : struct, IVectorF32<V> => V.LoadPartial(x, Math.Clamp(n, 0, V.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<V>(V a, V b, float* partial)
        where V : struct, IVectorF32<V>
    {
        V.Store(a, partial);
        if (V.Count < Lanes)
        {
            V.Store(b, partial + V.Count);
        }
    }
}
