using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Dot products with contiguous rows. Each is 16 partial sums, of the elements k ≡ 0 … 15 (mod 16) by fused multiply-adds in the order of k, that are joined in
/// halves (i with i + 8, then + 4, + 2, + 1): the same order, and so the same bits, for every register width. Differs from the exact sum by at most
/// (⌈K/16⌉ + 4)·2⁻²⁴·Σ|x·w| to first order.
/// </summary>
/// <remarks>
/// Four rows at once: eight sums of 256 bits are what two units of latency four keep busy, and four streams of memory are what prefetchers follow.
/// </remarks>
internal static unsafe class RowDots
{
    /// <summary>Rows of one call.</summary>
    public const int Rows = 4;

    private const int Lanes = 16;

    /// <param name="x">[depth].</param>
    /// <param name="rows">Four addresses of ceil16(depth) floats, zero from depth on.</param>
    /// <param name="depth">Elements.</param>
    /// <param name="sums">Receives four.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V>(float* x, float** rows, int depth, float* sums)
        where V : struct, IVectorF32<V>
    {
        float* partial = stackalloc float[Rows * Lanes];
        float* row0 = rows[0], row1 = rows[1], row2 = rows[2], row3 = rows[3];

        // Two registers of each row at a time, and one where it has all 16 lanes.
        int second = V.Count < Lanes ? V.Count : 0;
        for (int lane = 0; lane < Lanes; lane += V.Count + second)
        {
            V a0 = V.Zero, a1 = V.Zero, a2 = V.Zero, a3 = V.Zero, b0 = V.Zero, b1 = V.Zero, b2 = V.Zero, b3 = V.Zero;
            nint k = lane;
            for (; k - lane <= depth - Lanes; k += Lanes)
            {
                var u = V.Load(x + k);
                a0 = V.FusedMultiplyAdd(u, V.Load(row0 + k), a0);
                a1 = V.FusedMultiplyAdd(u, V.Load(row1 + k), a1);
                a2 = V.FusedMultiplyAdd(u, V.Load(row2 + k), a2);
                a3 = V.FusedMultiplyAdd(u, V.Load(row3 + k), a3);
                if (V.Count < Lanes)
                {
                    u = V.Load(x + k + V.Count);
                    b0 = V.FusedMultiplyAdd(u, V.Load(row0 + k + V.Count), b0);
                    b1 = V.FusedMultiplyAdd(u, V.Load(row1 + k + V.Count), b1);
                    b2 = V.FusedMultiplyAdd(u, V.Load(row2 + k + V.Count), b2);
                    b3 = V.FusedMultiplyAdd(u, V.Load(row3 + k + V.Count), b3);
                }
            }

            if (k - lane < depth)
            {
                var u = Rest<V>(x + k, depth - (int)k);
                a0 = V.FusedMultiplyAdd(u, V.Load(row0 + k), a0);
                a1 = V.FusedMultiplyAdd(u, V.Load(row1 + k), a1);
                a2 = V.FusedMultiplyAdd(u, V.Load(row2 + k), a2);
                a3 = V.FusedMultiplyAdd(u, V.Load(row3 + k), a3);
                if (V.Count < Lanes)
                {
                    u = Rest<V>(x + k + V.Count, depth - (int)k - V.Count);
                    b0 = V.FusedMultiplyAdd(u, V.Load(row0 + k + V.Count), b0);
                    b1 = V.FusedMultiplyAdd(u, V.Load(row1 + k + V.Count), b1);
                    b2 = V.FusedMultiplyAdd(u, V.Load(row2 + k + V.Count), b2);
                    b3 = V.FusedMultiplyAdd(u, V.Load(row3 + k + V.Count), b3);
                }
            }

            Put(a0, b0, partial + lane);
            Put(a1, b1, partial + Lanes + lane);
            Put(a2, b2, partial + (2 * Lanes) + lane);
            Put(a3, b3, partial + (3 * Lanes) + lane);
        }

        for (int row = 0; row < Rows; row++)
        {
            sums[row] = Total<V>(partial + (row * Lanes));
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

        return MathF.Sqrt(Total<V>(partial));
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Total<V>(float* partial)
        where V : struct, IVectorF32<V>
    {
        int half = Lanes / 2;
        for (; half >= V.Count; half /= 2)
        {
            for (int lane = 0; lane < half; lane += V.Count)
            {
                V.Store(V.Load(partial + lane) + V.Load(partial + lane + half), partial + lane);
            }
        }

        for (; half > 0; half /= 2)
        {
            for (int lane = 0; lane < half; lane++)
            {
                partial[lane] += partial[lane + half];
            }
        }

        return partial[0];
    }
}
