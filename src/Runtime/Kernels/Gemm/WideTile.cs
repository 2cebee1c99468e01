using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// sums[rows, vectors] for 1 or 2 rows and 4 or 8 vectors: with so few rows it takes many columns to keep the multiply-add units busy.
/// </summary>
/// <remarks>See <see cref="TallTile"/> for the parameters and for the separate locals.</remarks>
internal static unsafe class WideTile
{
    /// <param name="lhs">One address per row.</param>
    /// <param name="rhs">Weight row 0 of the first vector's columns.</param>
    /// <param name="offsets">Bytes from <paramref name="rhs"/> to each of 8 vectors' weights.</param>
    /// <param name="pitch">See <see cref="IWeightRows.PairBytes"/>.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="sums">Results, row after row.</param>
    /// <param name="sumPitch">Elements from row to row of <paramref name="sums"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, TWeights, TRows, TVectors>(
        byte** lhs, byte* rhs, nint* offsets, nint pitch, in Depth depth, float* sums, int sumPitch)
        where V : struct, IVectorF32<V>
        where TWeights : struct, IWeightRows
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        float* x = (float*)lhs[0];
        nint row = TRows.Value > 1 ? (nint)((float*)lhs[1] - x) : 0;
        nint w1 = offsets[1], w2 = offsets[2], w3 = offsets[3];
        nint w4 = offsets[4], w5 = offsets[5], w6 = offsets[6], w7 = offsets[7];
        V a0 = V.Zero, a1 = V.Zero, a2 = V.Zero, a3 = V.Zero, a4 = V.Zero, a5 = V.Zero, a6 = V.Zero, a7 = V.Zero;
        V b0 = V.Zero, b1 = V.Zero, b2 = V.Zero, b3 = V.Zero, b4 = V.Zero, b5 = V.Zero, b6 = V.Zero, b7 = V.Zero;
        nint pair = TWeights.PairBytes(pitch);
        for (int outer = 0; outer < depth.Outer; outer++)
        {
            for (int inner = 0; inner < depth.Inner; inner++)
            {
                nint t = (outer * depth.OuterLhs) + (inner * depth.InnerLhs);
                nint end = t + depth.Length;
                nint k = depth.First + (outer * depth.OuterRhs) + (inner * depth.InnerRhs);
                byte* w = rhs + (TWeights.Paired ? (k >> 1) * pair : k * (pair / 2));
                if (TWeights.Paired && (k & 1) != 0)
                {
                    Step<V, TWeights, TRows, TVectors>(
                        true, pitch, x + t, row, w, w1, w2, w3, w4, w5, w6, w7,
                        ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7,
                        ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
                    t++;
                    w += pair;
                }

                for (; t < end - 1; t += 2, w += pair)
                {
                    Step<V, TWeights, TRows, TVectors>(
                        false, pitch, x + t, row, w, w1, w2, w3, w4, w5, w6, w7,
                        ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7,
                        ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
                    Step<V, TWeights, TRows, TVectors>(
                        true, pitch, x + t + 1, row, w, w1, w2, w3, w4, w5, w6, w7,
                        ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7,
                        ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
                }

                if (t < end)
                {
                    Step<V, TWeights, TRows, TVectors>(
                        false, pitch, x + t, row, w, w1, w2, w3, w4, w5, w6, w7,
                        ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7,
                        ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
                }
            }
        }

        Put<V, TRows, TVectors>(0, a0, b0, sums, sumPitch);
        Put<V, TRows, TVectors>(1, a1, b1, sums, sumPitch);
        Put<V, TRows, TVectors>(2, a2, b2, sums, sumPitch);
        Put<V, TRows, TVectors>(3, a3, b3, sums, sumPitch);
        Put<V, TRows, TVectors>(4, a4, b4, sums, sumPitch);
        Put<V, TRows, TVectors>(5, a5, b5, sums, sumPitch);
        Put<V, TRows, TVectors>(6, a6, b6, sums, sumPitch);
        Put<V, TRows, TVectors>(7, a7, b7, sums, sumPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<V, TWeights, TRows, TVectors>(
        bool odd, nint pitch, float* x, nint row, byte* w, nint w1, nint w2, nint w3, nint w4, nint w5, nint w6, nint w7,
        ref V a0, ref V a1, ref V a2, ref V a3, ref V a4, ref V a5, ref V a6, ref V a7,
        ref V b0, ref V b1, ref V b2, ref V b3, ref V b4, ref V b5, ref V b6, ref V b7)
        where V : struct, IVectorF32<V>
        where TWeights : struct, IWeightRows
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        var lane0 = V.Broadcast(x[0]);
        var lane1 = TRows.Value > 1 ? V.Broadcast(x[row]) : lane0;
        Add<V, TWeights, TRows, TVectors>(0, odd, pitch, lane0, lane1, w, ref a0, ref b0);
        Add<V, TWeights, TRows, TVectors>(1, odd, pitch, lane0, lane1, w + w1, ref a1, ref b1);
        Add<V, TWeights, TRows, TVectors>(2, odd, pitch, lane0, lane1, w + w2, ref a2, ref b2);
        Add<V, TWeights, TRows, TVectors>(3, odd, pitch, lane0, lane1, w + w3, ref a3, ref b3);
        Add<V, TWeights, TRows, TVectors>(4, odd, pitch, lane0, lane1, w + w4, ref a4, ref b4);
        Add<V, TWeights, TRows, TVectors>(5, odd, pitch, lane0, lane1, w + w5, ref a5, ref b5);
        Add<V, TWeights, TRows, TVectors>(6, odd, pitch, lane0, lane1, w + w6, ref a6, ref b6);
        Add<V, TWeights, TRows, TVectors>(7, odd, pitch, lane0, lane1, w + w7, ref a7, ref b7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V, TWeights, TRows, TVectors>(int vector, bool odd, nint pitch, V lane0, V lane1, byte* w, ref V a, ref V b)
        where V : struct, IVectorF32<V>
        where TWeights : struct, IWeightRows
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        if (vector < TVectors.Value)
        {
            var u = odd ? TWeights.Odd<V>(w, pitch) : TWeights.Even<V>(w, pitch);
            a = V.FusedMultiplyAdd(lane0, u, a);
            if (TRows.Value > 1)
            {
                b = V.FusedMultiplyAdd(lane1, u, b);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<V, TRows, TVectors>(int vector, V a, V b, float* sums, int sumPitch)
        where V : struct, IVectorF32<V>
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        if (vector < TVectors.Value)
        {
            V.Store(a, sums + (vector * V.Count));
            if (TRows.Value > 1)
            {
                V.Store(b, sums + sumPitch + (vector * V.Count));
            }
        }
    }
}
