using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Tiles over float activations and weights of four bits with a scale for each group of rows: of a group the sum over even k and that over
/// odd k, sequentially, then sum = fma(even + odd, scale, sum), group after group.
/// </summary>
/// <remarks>
/// Two sums for each result keep the multiply-add units busy where there is one row. The depth is one run from row 0 on.
/// <see cref="Tile.Parameter"/> is the rows of a group. See <see cref="TallTile"/> for the separate locals.
/// </remarks>
internal static unsafe class NibbleTile<V>
    where V : struct, IVectorF32<V>
{
    /// <inheritdoc cref="Tile.Sum"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(in Tile tile, byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch)
    {
        float* target = (float*)sums;
        for (int first = column; first < column + columns; first += 2 * V.Count, target += 2 * V.Count)
        {
            int second = first + V.Count;
            if (second < column + columns)
            {
                Rows<N2>(tile, lhs, rows, first, second, depth.Length, target, sumPitch);
            }
            else
            {
                Rows<N1>(tile, lhs, rows, first, first, depth.Length, target, sumPitch);
            }
        }
    }

    private static void Rows<TVectors>(in Tile tile, byte** lhs, int rows, int first, int second, int depth, float* sums, int sumPitch)
        where TVectors : struct, ICount
    {
        switch (rows)
        {
            case 1:
                Run<N1, TVectors>(tile, lhs, first, second, depth, sums, sumPitch);
                break;
            case 2:
                Run<N2, TVectors>(tile, lhs, first, second, depth, sums, sumPitch);
                break;
            case 3:
                Run<N3, TVectors>(tile, lhs, first, second, depth, sums, sumPitch);
                break;
            default:
                Run<N4, TVectors>(tile, lhs, first, second, depth, sums, sumPitch);
                break;
        }
    }

    /// <summary>Columns from <paramref name="first"/> and from <paramref name="second"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TRows, TVectors>(in Tile tile, byte** lhs, int first, int second, int depth, float* sums, int sumPitch)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        int group = (int)tile.Parameter, laneA = first % PanelLayout.Columns, laneB = second % PanelLayout.Columns;
        byte* a = tile.Weights(first - laneA);
        nint ab = (nint)(tile.Weights(second - laneB) - a);
        for (int row = 0; row < TRows.Value; row++)
        {
            V.Store(V.Zero, sums + ((nint)row * sumPitch));
            if (TVectors.Value > 1)
            {
                V.Store(V.Zero, sums + ((nint)row * sumPitch) + V.Count);
            }
        }

        // Two groups at a time: their scales lie together, in front of their weights.
        for (int k = 0; k < depth;)
        {
            int rows = Math.Min(2 * group, depth - k);
            float* scales = (float*)a;
            for (int done = 0; done < rows; done += group)
            {
                a += done == 0 ? PanelLayout.RowBytes : group / PanelLayout.NibbleRows * PanelLayout.RowBytes;
                Group<TRows, TVectors>(lhs, k + done, Math.Min(group, rows - done), (float*)a + laneA, (float*)(a + ab) + laneB,
                    scales + laneA, (float*)((byte*)scales + ab) + laneB, done > 0, sums, sumPitch);
            }

            a = (byte*)scales + PanelLayout.PairBytesS4(rows);
            k += rows;
        }
    }

    /// <summary>A procedure of its own: several of them in one are more than the compiler keeps in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Group<TRows, TVectors>(byte** lhs, int first, int rows, float* a, float* b, float* scalesA, float* scalesB,
        bool second, float* sums, int sumPitch)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        var values = V.NibbleValues;
        float* x0 = (float*)lhs[0] + first;
        float* x1 = (float*)lhs[TRows.Value > 1 ? 1 : 0] + first;
        float* x2 = (float*)lhs[TRows.Value > 2 ? 2 : 0] + first;
        float* x3 = (float*)lhs[TRows.Value > 3 ? 3 : 0] + first;
        V e0 = V.Zero, e1 = V.Zero, e2 = V.Zero, e3 = V.Zero, f0 = V.Zero, f1 = V.Zero, f2 = V.Zero, f3 = V.Zero;
        V o0 = V.Zero, o1 = V.Zero, o2 = V.Zero, o3 = V.Zero, p0 = V.Zero, p1 = V.Zero, p2 = V.Zero, p3 = V.Zero;
        nint k = 0;
        for (; k <= rows - PanelLayout.NibbleRows; k += PanelLayout.NibbleRows, a += PanelLayout.Columns, b += PanelLayout.Columns)
        {
            V u = V.Load(a), v = TVectors.Value > 1 ? V.Load(b) : u;
            Add<TRows, TVectors>(0, k, x0, x1, x2, x3, u, v, values, ref e0, ref e1, ref e2, ref e3, ref f0, ref f1, ref f2, ref f3);
            Add<TRows, TVectors>(1, k, x0, x1, x2, x3, u, v, values, ref o0, ref o1, ref o2, ref o3, ref p0, ref p1, ref p2, ref p3);
            Add<TRows, TVectors>(2, k, x0, x1, x2, x3, u, v, values, ref e0, ref e1, ref e2, ref e3, ref f0, ref f1, ref f2, ref f3);
            Add<TRows, TVectors>(3, k, x0, x1, x2, x3, u, v, values, ref o0, ref o1, ref o2, ref o3, ref p0, ref p1, ref p2, ref p3);
            Add<TRows, TVectors>(4, k, x0, x1, x2, x3, u, v, values, ref e0, ref e1, ref e2, ref e3, ref f0, ref f1, ref f2, ref f3);
            Add<TRows, TVectors>(5, k, x0, x1, x2, x3, u, v, values, ref o0, ref o1, ref o2, ref o3, ref p0, ref p1, ref p2, ref p3);
            Add<TRows, TVectors>(6, k, x0, x1, x2, x3, u, v, values, ref e0, ref e1, ref e2, ref e3, ref f0, ref f1, ref f2, ref f3);
            Add<TRows, TVectors>(7, k, x0, x1, x2, x3, u, v, values, ref o0, ref o1, ref o2, ref o3, ref p0, ref p1, ref p2, ref p3);
        }

        for (int i = 0; k + i < rows; i++)
        {
            V u = V.Load(a), v = TVectors.Value > 1 ? V.Load(b) : u;
            if (i % 2 == 0)
            {
                Add<TRows, TVectors>(i, k, x0, x1, x2, x3, u, v, values, ref e0, ref e1, ref e2, ref e3, ref f0, ref f1, ref f2, ref f3);
            }
            else
            {
                Add<TRows, TVectors>(i, k, x0, x1, x2, x3, u, v, values, ref o0, ref o1, ref o2, ref o3, ref p0, ref p1, ref p2, ref p3);
            }
        }

        V scaleA = V.Load(scalesA), scaleB = TVectors.Value > 1 ? V.Load(scalesB) : scaleA;
        scaleA = second ? V.HighHalf(scaleA) : V.LowHalf(scaleA);
        scaleB = second ? V.HighHalf(scaleB) : V.LowHalf(scaleB);
        Put<TRows, TVectors>(0, e0 + o0, f0 + p0, scaleA, scaleB, sums, sumPitch);
        Put<TRows, TVectors>(1, e1 + o1, f1 + p1, scaleA, scaleB, sums, sumPitch);
        Put<TRows, TVectors>(2, e2 + o2, f2 + p2, scaleA, scaleB, sums, sumPitch);
        Put<TRows, TVectors>(3, e3 + o3, f3 + p3, scaleA, scaleB, sums, sumPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TRows, TVectors>(int index, nint k, float* x0, float* x1, float* x2, float* x3, V u, V v, V values,
        ref V a0, ref V a1, ref V a2, ref V a3, ref V b0, ref V b1, ref V b2, ref V b3)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        u = V.Nibble(u, index, values);
        v = TVectors.Value > 1 ? V.Nibble(v, index, values) : u;
        Add<TRows, TVectors>(0, x0 + k + index, u, v, ref a0, ref b0);
        Add<TRows, TVectors>(1, x1 + k + index, u, v, ref a1, ref b1);
        Add<TRows, TVectors>(2, x2 + k + index, u, v, ref a2, ref b2);
        Add<TRows, TVectors>(3, x3 + k + index, u, v, ref a3, ref b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TRows, TVectors>(int row, float* x, V u, V v, ref V a, ref V b)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        if (row < TRows.Value)
        {
            var lane = V.Broadcast(*x);
            a = V.FusedMultiplyAdd(lane, u, a);
            if (TVectors.Value > 1)
            {
                b = V.FusedMultiplyAdd(lane, v, b);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TRows, TVectors>(int row, V a, V b, V scaleA, V scaleB, float* sums, int sumPitch)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        if (row < TRows.Value)
        {
            float* sum = sums + ((nint)row * sumPitch);
            V.Store(V.FusedMultiplyAdd(a, scaleA, V.Load(sum)), sum);
            if (TVectors.Value > 1)
            {
                V.Store(V.FusedMultiplyAdd(b, scaleB, V.Load(sum + V.Count)), sum + V.Count);
            }
        }
    }
}
