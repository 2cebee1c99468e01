using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// sums[rows, vectors] = Σ lhs · weights for up to 8 rows and 2 vectors of columns, each sum in one lane, sequentially over k.
/// </summary>
/// <remarks>
/// The sums are 16 separate locals because an inline array of them falls to a third of the speed (it lives on the stack).
/// Rows and vectors beyond the counts are dead code that the JIT removes.
/// </remarks>
internal static unsafe class TallTile
{
    /// <param name="lhs">One address per row.</param>
    /// <param name="rhs">Weight row 0 of the first vector's columns.</param>
    /// <param name="second">Bytes from the first vector's weights to the second's.</param>
    /// <param name="pitch">See <see cref="IWeightRows.PairBytes"/>.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="sums">Results, row after row.</param>
    /// <param name="sumPitch">Elements from row to row of <paramref name="sums"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, TWeights, TRows, TVectors>(
        byte** lhs, byte* rhs, nint second, nint pitch, in Depth depth, float* sums, int sumPitch)
        where V : struct, IVectorF32<V>
        where TWeights : struct, IWeightRows
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        float* x0 = (float*)lhs[0];
        float* x1 = (float*)lhs[TRows.Value > 1 ? 1 : 0];
        float* x2 = (float*)lhs[TRows.Value > 2 ? 2 : 0];
        float* x3 = (float*)lhs[TRows.Value > 3 ? 3 : 0];
        float* x4 = (float*)lhs[TRows.Value > 4 ? 4 : 0];
        float* x5 = (float*)lhs[TRows.Value > 5 ? 5 : 0];
        float* x6 = (float*)lhs[TRows.Value > 6 ? 6 : 0];
        float* x7 = (float*)lhs[TRows.Value > 7 ? 7 : 0];
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
                V u, v;
                if (TWeights.Paired && (k & 1) != 0)
                {
                    u = TWeights.Odd<V>(w, pitch);
                    v = TVectors.Value > 1 ? TWeights.Odd<V>(w + second, pitch) : u;
                    Step<V, TRows, TVectors>(
                        x0, x1, x2, x3, x4, x5, x6, x7, t, u, v,
                        ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7,
                        ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
                    t++;
                    w += pair;
                }

                for (; t < end - 1; t += 2, w += pair)
                {
                    u = TWeights.Even<V>(w, pitch);
                    v = TVectors.Value > 1 ? TWeights.Even<V>(w + second, pitch) : u;
                    Step<V, TRows, TVectors>(
                        x0, x1, x2, x3, x4, x5, x6, x7, t, u, v,
                        ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7,
                        ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
                    u = TWeights.Odd<V>(w, pitch);
                    v = TVectors.Value > 1 ? TWeights.Odd<V>(w + second, pitch) : u;
                    Step<V, TRows, TVectors>(
                        x0, x1, x2, x3, x4, x5, x6, x7, t + 1, u, v,
                        ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7,
                        ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
                }

                if (t < end)
                {
                    u = TWeights.Even<V>(w, pitch);
                    v = TVectors.Value > 1 ? TWeights.Even<V>(w + second, pitch) : u;
                    Step<V, TRows, TVectors>(
                        x0, x1, x2, x3, x4, x5, x6, x7, t, u, v,
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
    private static void Step<V, TRows, TVectors>(
        float* x0, float* x1, float* x2, float* x3, float* x4, float* x5, float* x6, float* x7, nint t, V u, V v,
        ref V a0, ref V a1, ref V a2, ref V a3, ref V a4, ref V a5, ref V a6, ref V a7,
        ref V b0, ref V b1, ref V b2, ref V b3, ref V b4, ref V b5, ref V b6, ref V b7)
        where V : struct, IVectorF32<V>
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        Add<V, TRows, TVectors>(0, x0 + t, u, v, ref a0, ref b0);
        Add<V, TRows, TVectors>(1, x1 + t, u, v, ref a1, ref b1);
        Add<V, TRows, TVectors>(2, x2 + t, u, v, ref a2, ref b2);
        Add<V, TRows, TVectors>(3, x3 + t, u, v, ref a3, ref b3);
        Add<V, TRows, TVectors>(4, x4 + t, u, v, ref a4, ref b4);
        Add<V, TRows, TVectors>(5, x5 + t, u, v, ref a5, ref b5);
        Add<V, TRows, TVectors>(6, x6 + t, u, v, ref a6, ref b6);
        Add<V, TRows, TVectors>(7, x7 + t, u, v, ref a7, ref b7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V, TRows, TVectors>(int row, float* x, V u, V v, ref V a, ref V b)
        where V : struct, IVectorF32<V>
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
    private static void Put<V, TRows, TVectors>(int row, V a, V b, float* sums, int sumPitch)
        where V : struct, IVectorF32<V>
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        if (row < TRows.Value)
        {
            V.Store(a, sums + (row * sumPitch));
            if (TVectors.Value > 1)
            {
                V.Store(b, sums + (row * sumPitch) + V.Count);
            }
        }
    }
}
