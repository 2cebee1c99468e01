using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The integer sums of 1 or 2 rows and 4 or 8 registers of columns; see <see cref="WideTile"/>, of which this is the byte form.
/// </summary>
internal static unsafe class WideByteTile
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TDot, TSum, TLhs, TWeights, TRows, TVectors>(
        byte** lhs, sbyte* rhs, nint* offsets, in Depth depth, nint block, int* sums, int sumPitch)
        where TDot : struct, IByteDot<TSum, TLhs, TWeights>
        where TSum : struct
        where TLhs : struct
        where TWeights : struct
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        byte* x = lhs[0];
        nint row = TRows.Value > 1 ? (nint)(lhs[1] - x) : 0;
        nint w1 = offsets[1], w2 = offsets[2], w3 = offsets[3];
        nint w4 = offsets[4], w5 = offsets[5], w6 = offsets[6], w7 = offsets[7];
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
                        var four0 = TDot.Broadcast(x + t);
                        var four1 = TRows.Value > 1 ? TDot.Broadcast(x + t + row) : four0;
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(0, four0, four1, w, ref a0, ref b0);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(1, four0, four1, w + w1, ref a1, ref b1);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(2, four0, four1, w + w2, ref a2, ref b2);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(3, four0, four1, w + w3, ref a3, ref b3);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(4, four0, four1, w + w4, ref a4, ref b4);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(5, four0, four1, w + w5, ref a5, ref b5);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(6, four0, four1, w + w6, ref a6, ref b6);
                        Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(7, four0, four1, w + w7, ref a7, ref b7);
                    }

                    if (TDot.Kind == ByteDot.Blocks)
                    {
                        ByteSums.Put<TDot, TSum, TLhs, TWeights, TVectors, TRows>(
                            sums, TDot.Columns, sumPitch,
                            ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7,
                            ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
                    }
                }
            }
        }

        if (TDot.Kind != ByteDot.Blocks)
        {
            ByteSums.Put<TDot, TSum, TLhs, TWeights, TVectors, TRows>(
                sums, TDot.Columns, sumPitch,
                ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7,
                ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TDot, TSum, TLhs, TWeights, TRows, TVectors>(
        int vector, TLhs four0, TLhs four1, sbyte* w, ref TSum a, ref TSum b)
        where TDot : struct, IByteDot<TSum, TLhs, TWeights>
        where TSum : struct
        where TLhs : struct
        where TWeights : struct
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        if (vector < TVectors.Value)
        {
            var u = TDot.Load(w);
            a = TDot.Add(a, four0, u);
            if (TRows.Value > 1)
            {
                b = TDot.Add(b, four1, u);
            }
        }
    }
}
