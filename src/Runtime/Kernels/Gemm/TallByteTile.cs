using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The integer sums of up to 8 rows and 2 registers of columns; see <see cref="TallTile"/>, of which this is the byte form: four k at a
/// time.
/// </summary>
internal static unsafe class TallByteTile
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TDot, TSum, TLhs, TWeights, TRows, TVectors>(
        byte** lhs, sbyte* rhs, nint second, in Depth depth, nint block, int* sums, int sumPitch)
        where TDot : struct, IByteDot<TSum, TLhs, TWeights>
        where TSum : struct
        where TLhs : struct
        where TWeights : struct
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        byte* x0 = lhs[0];
        byte* x1 = lhs[TRows.Value > 1 ? 1 : 0];
        byte* x2 = lhs[TRows.Value > 2 ? 2 : 0];
        byte* x3 = lhs[TRows.Value > 3 ? 3 : 0];
        byte* x4 = lhs[TRows.Value > 4 ? 4 : 0];
        byte* x5 = lhs[TRows.Value > 5 ? 5 : 0];
        byte* x6 = lhs[TRows.Value > 6 ? 6 : 0];
        byte* x7 = lhs[TRows.Value > 7 ? 7 : 0];
        TSum a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        TSum b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        for (int outer = 0; outer < depth.Outer; outer++)
        {
            for (int inner = 0; inner < depth.Inner; inner++)
            {
                nint t = (outer * depth.OuterLhs) + (inner * depth.InnerLhs);
                nint end = t + depth.Length;
                sbyte* w = rhs + ((depth.First + (outer * depth.OuterRhs) + (inner * depth.InnerRhs)) * PanelLayout.Columns);
                while (t < end)
                {
                    nint stop = TDot.Kind == ByteDot.Blocks ? Math.Min(end, t + block) : end;
                    for (; t < stop; t += PanelLayout.ByteGroup, w += PanelLayout.RowBytes)
                    {
                        var u = TDot.Load(w);
                        var v = TVectors.Value > 1 ? TDot.Load(w + second) : u;
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(0, x0 + t, u, v, ref a0, ref b0);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(1, x1 + t, u, v, ref a1, ref b1);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(2, x2 + t, u, v, ref a2, ref b2);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(3, x3 + t, u, v, ref a3, ref b3);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(4, x4 + t, u, v, ref a4, ref b4);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(5, x5 + t, u, v, ref a5, ref b5);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(6, x6 + t, u, v, ref a6, ref b6);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(7, x7 + t, u, v, ref a7, ref b7);
                    }

                    if (TDot.Kind == ByteDot.Blocks)
                    {
                        ByteSums.Put<TDot, TSum, TLhs, TWeights, TRows, TVectors>(
                            sums, sumPitch, TDot.Columns,
                            ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7,
                            ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
                    }
                }
            }
        }

        if (TDot.Kind != ByteDot.Blocks)
        {
            ByteSums.Put<TDot, TSum, TLhs, TWeights, TRows, TVectors>(
                sums, sumPitch, TDot.Columns,
                ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7,
                ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(
        int row, byte* x, TWeights u, TWeights v, ref TSum a, ref TSum b)
        where TDot : struct, IByteDot<TSum, TLhs, TWeights>
        where TSum : struct
        where TLhs : struct
        where TWeights : struct
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        if (row < TRows.Value)
        {
            var four = TDot.Broadcast(x);
            a = TDot.Add(a, four, u);
            if (TVectors.Value > 1)
            {
                b = TDot.Add(b, four, v);
            }
        }
    }
}
