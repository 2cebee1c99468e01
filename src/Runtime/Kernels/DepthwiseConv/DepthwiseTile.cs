using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>sums[rows] = Σ over taps of x · weights for one register of channels and up to 8 pixels.</summary>
internal static unsafe class DepthwiseTile
{
    /// <param name="pixels">Address of the first tap's first channel, one per pixel.</param>
    /// <param name="weights">The first tap's weights of these channels.</param>
    /// <param name="taps">Runs of Length elements, one tap each: elements between taps in x and in the weights.</param>
    /// <param name="channel">First channel, added to the pixels' addresses.</param>
    /// <param name="sums">One register per pixel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, TRows>(byte** pixels, float* weights, in Depth taps, int channel, float* sums)
        where V : struct, IVectorF32<V>
        where TRows : struct, ICount
    {
        float* x0 = (float*)pixels[0] + channel;
        float* x1 = (float*)pixels[TRows.Value > 1 ? 1 : 0] + channel;
        float* x2 = (float*)pixels[TRows.Value > 2 ? 2 : 0] + channel;
        float* x3 = (float*)pixels[TRows.Value > 3 ? 3 : 0] + channel;
        float* x4 = (float*)pixels[TRows.Value > 4 ? 4 : 0] + channel;
        float* x5 = (float*)pixels[TRows.Value > 5 ? 5 : 0] + channel;
        float* x6 = (float*)pixels[TRows.Value > 6 ? 6 : 0] + channel;
        float* x7 = (float*)pixels[TRows.Value > 7 ? 7 : 0] + channel;
        V a0 = V.Zero, a1 = V.Zero, a2 = V.Zero, a3 = V.Zero, a4 = V.Zero, a5 = V.Zero, a6 = V.Zero, a7 = V.Zero;
        for (int outer = 0; outer < taps.Outer; outer++)
        {
            nint t = outer * taps.OuterLhs;
            float* w = weights + (outer * taps.OuterRhs);
            for (int inner = 0; inner < taps.Inner; inner++, t += taps.InnerLhs, w += taps.InnerRhs)
            {
                var u = V.Load(w);
                Add<V, TRows>(0, x0 + t, u, ref a0);
                Add<V, TRows>(1, x1 + t, u, ref a1);
                Add<V, TRows>(2, x2 + t, u, ref a2);
                Add<V, TRows>(3, x3 + t, u, ref a3);
                Add<V, TRows>(4, x4 + t, u, ref a4);
                Add<V, TRows>(5, x5 + t, u, ref a5);
                Add<V, TRows>(6, x6 + t, u, ref a6);
                Add<V, TRows>(7, x7 + t, u, ref a7);
            }
        }

        Put<V, TRows>(0, a0, sums);
        Put<V, TRows>(1, a1, sums);
        Put<V, TRows>(2, a2, sums);
        Put<V, TRows>(3, a3, sums);
        Put<V, TRows>(4, a4, sums);
        Put<V, TRows>(5, a5, sums);
        Put<V, TRows>(6, a6, sums);
        Put<V, TRows>(7, a7, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V, TRows>(int row, float* x, V u, ref V a)
        where V : struct, IVectorF32<V>
        where TRows : struct, ICount
    {
        if (row < TRows.Value)
        {
            a = V.FusedMultiplyAdd(V.Load(x), u, a);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<V, TRows>(int row, V a, float* sums)
        where V : struct, IVectorF32<V>
        where TRows : struct, ICount
    {
        if (row < TRows.Value)
        {
            V.Store(a, sums + (row * V.Count));
        }
    }
}
