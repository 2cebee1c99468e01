using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Tiles over float activations and weights of few bits with a scale for each group of rows: of a group the sum over even k and that over
/// odd k, sequentially, then sum = fma(even + odd, scale, sum), group after group.
/// </summary>
/// <remarks>
/// The depth is one run from row 0 on; <see cref="Tile.Parameter"/> is the rows of a group. See <see cref="TallTile"/> for the separate
/// locals. A tile has up to 8 sums of a register, each twice: 4 rows and 2 registers of columns, or 1 row and 4 registers.
/// </remarks>
internal static unsafe class GroupTile<V, TCodes>
    where V : struct, IVectorF32<V>
    where TCodes : struct, IWeightCodes
{
    /// <summary>
    /// Bytes. Weights of 4096 × 4096 in memory, one row: 1.74 times as fast as int8 with 2048, 1.69 with 4096, 1.49 with 1024, 1.22 without
    /// (Zen 5, <c>benchmarks/Kernels -- memory</c>).
    /// </summary>
    private const int Ahead = 2048;

    /// <inheritdoc cref="Tile.Sum"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(in Tile tile, byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch)
    {
        int vectors = (columns + V.Count - 1) / V.Count;
        float* target = (float*)sums;
        for (int vector = 0, taken; vector < vectors; vector += taken, target += taken * V.Count)
        {
            int left = vectors - vector, first = column + (vector * V.Count);
            taken = rows == 1 && left >= 4 ? 4 : Math.Min(left, 2);
            switch (taken)
            {
                case 4:
                    Run<N1, N4>(tile, lhs, first, depth.Length, target, sumPitch);
                    break;
                case 2:
                    Rows<N2>(tile, lhs, rows, first, depth.Length, target, sumPitch);
                    break;
                default:
                    Rows<N1>(tile, lhs, rows, first, depth.Length, target, sumPitch);
                    break;
            }
        }
    }

    private static void Rows<TVectors>(in Tile tile, byte** lhs, int rows, int first, int depth, float* sums, int sumPitch)
        where TVectors : struct, ICount
    {
        switch (rows)
        {
            case 1:
                Run<N1, TVectors>(tile, lhs, first, depth, sums, sumPitch);
                break;
            case 2:
                Run<N2, TVectors>(tile, lhs, first, depth, sums, sumPitch);
                break;
            case 3:
                Run<N3, TVectors>(tile, lhs, first, depth, sums, sumPitch);
                break;
            default:
                Run<N4, TVectors>(tile, lhs, first, depth, sums, sumPitch);
                break;
        }
    }

    [SkipLocalsInit]
    private static void Run<TRows, TVectors>(in Tile tile, byte** lhs, int first, int depth, float* sums, int sumPitch)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        int group = (int)tile.Parameter;
        byte* panel = tile.Weights(first);
        nint* offsets = stackalloc nint[4];
        for (int vector = 0; vector < TVectors.Value; vector++)
        {
            offsets[vector] = (nint)(tile.Weights(first + (vector * V.Count)) - panel);
            for (int row = 0; row < TRows.Value; row++)
            {
                V.Store(V.Zero, sums + (row * sumPitch) + (vector * V.Count));
            }
        }

        // Two groups at a time: their scales lie together, in front of their weights.
        for (int k = 0, rows; k < depth; k += rows, panel += PanelLayout.PairBytes(rows, TCodes.Together))
        {
            rows = Math.Min(2 * group, depth - k);
            byte* weights = panel + PanelLayout.RowBytes;
            Group<TRows, TVectors>(lhs, k, Math.Min(group, rows), weights, offsets, panel, false, sums, sumPitch);
            if (rows > group)
            {
                weights += group / TCodes.Together * PanelLayout.RowBytes;
                Group<TRows, TVectors>(lhs, k + group, rows - group, weights, offsets, panel, true, sums, sumPitch);
            }
        }
    }

    /// <summary>Adds what <paramref name="rows"/> rows of weights with one scale for each column make.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Group<TRows, TVectors>(
        byte** lhs, int first, int rows, byte* w, nint* offsets, byte* scales, bool second, float* sums, int sumPitch)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        var values = TCodes.Values<V>();
        float* x = (float*)lhs[0] + first;
        nint x1 = TRows.Value > 1 ? (nint)((float*)lhs[1] + first - x) : 0;
        nint x2 = TRows.Value > 2 ? (nint)((float*)lhs[2] + first - x) : 0;
        nint x3 = TRows.Value > 3 ? (nint)((float*)lhs[3] + first - x) : 0;
        nint w1 = TVectors.Value > 1 ? offsets[1] : 0, w2 = TVectors.Value > 2 ? offsets[2] : 0, w3 = TVectors.Value > 3 ? offsets[3] : 0;
        V e0 = V.Zero, e1 = V.Zero, e2 = V.Zero, e3 = V.Zero, e4 = V.Zero, e5 = V.Zero, e6 = V.Zero, e7 = V.Zero;
        V o0 = V.Zero, o1 = V.Zero, o2 = V.Zero, o3 = V.Zero, o4 = V.Zero, o5 = V.Zero, o6 = V.Zero, o7 = V.Zero;
        V q0 = V.Zero, q1 = V.Zero, q2 = V.Zero, q3 = V.Zero;
        float* end = x + rows;
        for (float* next = x; x < end; w += PanelLayout.RowBytes)
        {
            next += TCodes.Together;
            Fetch<TVectors>(w, w1, w2, w3);
            q0 = V.Load((float*)w);
            q1 = TVectors.Value > 1 ? V.Load((float*)(w + w1)) : q0;
            q2 = TVectors.Value > 2 ? V.Load((float*)(w + w2)) : q0;
            q3 = TVectors.Value > 3 ? V.Load((float*)(w + w3)) : q0;
            float* last = next < end ? next : end;
            for (; x < last - 1; x += 2)
            {
                Step<TRows, TVectors>(x, x1, x2, x3, values, ref q0, ref q1, ref q2, ref q3,
                    ref e0, ref e1, ref e2, ref e3, ref e4, ref e5, ref e6, ref e7);
                Step<TRows, TVectors>(x + 1, x1, x2, x3, values, ref q0, ref q1, ref q2, ref q3,
                    ref o0, ref o1, ref o2, ref o3, ref o4, ref o5, ref o6, ref o7);
            }

            if (x < last)
            {
                Step<TRows, TVectors>(x++, x1, x2, x3, values, ref q0, ref q1, ref q2, ref q3,
                    ref e0, ref e1, ref e2, ref e3, ref e4, ref e5, ref e6, ref e7);
            }
        }

        Put<TRows, TVectors>(0, e0 + o0, scales, second, sums, sumPitch, 0);
        Put<TRows, TVectors>(1, e1 + o1, scales, second, sums, sumPitch, w1);
        Put<TRows, TVectors>(2, e2 + o2, scales, second, sums, sumPitch, TVectors.Value > 2 ? w2 : 0);
        Put<TRows, TVectors>(3, e3 + o3, scales, second, sums, sumPitch, TVectors.Value > 2 ? w3 : w1);
        Put<TRows, TVectors>(4, e4 + o4, scales, second, sums, sumPitch, 0);
        Put<TRows, TVectors>(5, e5 + o5, scales, second, sums, sumPitch, w1);
        Put<TRows, TVectors>(6, e6 + o6, scales, second, sums, sumPitch, 0);
        Put<TRows, TVectors>(7, e7 + o7, scales, second, sums, sumPitch, w1);
    }

    /// <summary>Asks for what is read some rows later: one row of activations takes less time than memory takes to begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch<TVectors>(byte* w, nint w1, nint w2, nint w3)
        where TVectors : struct, ICount
    {
        if (Sse.IsSupported)
        {
            w += Ahead;
            Sse.Prefetch0(w);
            if (TVectors.Value > 1)
            {
                Sse.Prefetch0(w + w1);
            }

            if (TVectors.Value > 2)
            {
                Sse.Prefetch0(w + w2);
                Sse.Prefetch0(w + w3);
            }
        }
    }

    /// <summary>One row of weights: the sums of 4 registers for one row, of 2 registers for up to four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TRows, TVectors>(float* x, nint x1, nint x2, nint x3, V values, ref V q0, ref V q1, ref V q2, ref V q3,
        ref V s0, ref V s1, ref V s2, ref V s3, ref V s4, ref V s5, ref V s6, ref V s7)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        var lane = V.Broadcast(*x);
        var u = TCodes.First(q0, values);
        q0 = TCodes.Next(q0);
        s0 = V.FusedMultiplyAdd(lane, u, s0);
        var v = u;
        if (TVectors.Value > 1)
        {
            v = TCodes.First(q1, values);
            q1 = TCodes.Next(q1);
            s1 = V.FusedMultiplyAdd(lane, v, s1);
        }

        if (TVectors.Value > 2)
        {
            s2 = V.FusedMultiplyAdd(lane, TCodes.First(q2, values), s2);
            s3 = V.FusedMultiplyAdd(lane, TCodes.First(q3, values), s3);
            q2 = TCodes.Next(q2);
            q3 = TCodes.Next(q3);
        }

        if (TRows.Value > 1)
        {
            Row<TVectors>(x + x1, u, v, ref s2, ref s3);
        }

        if (TRows.Value > 2)
        {
            Row<TVectors>(x + x2, u, v, ref s4, ref s5);
        }

        if (TRows.Value > 3)
        {
            Row<TVectors>(x + x3, u, v, ref s6, ref s7);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TVectors>(float* x, V u, V v, ref V a, ref V b)
        where TVectors : struct, ICount
    {
        var lane = V.Broadcast(*x);
        a = V.FusedMultiplyAdd(lane, u, a);
        if (TVectors.Value > 1)
        {
            b = V.FusedMultiplyAdd(lane, v, b);
        }
    }

    /// <summary>Adds a tile's sum of that number, whose columns are <paramref name="offset"/> bytes behind the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TRows, TVectors>(int sum, V value, byte* scales, bool second, float* sums, int sumPitch, nint offset)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        int across = TVectors.Value > 2 ? 4 : 2, row = sum / across, vector = sum % across;
        if (row < TRows.Value && vector < TVectors.Value)
        {
            float* at = sums + (row * sumPitch) + (vector * V.Count);
            var both = V.Load((float*)(scales + offset));
            V.Store(V.FusedMultiplyAdd(value, second ? V.HighHalf(both) : V.LowHalf(both), V.Load(at)), at);
        }
    }
}
