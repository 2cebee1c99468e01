using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>sums[rows] = start + Σ over taps of x · weights for one register of channels and up to 8 pixels.</summary>
internal static unsafe class DepthwiseTile
{
    /// <summary>Most pixels of one call.</summary>
    public const int Pixels = 8;

    /// <param name="pixels">Address of the first tap, one per pixel.</param>
    /// <param name="rows">Pixels.</param>
    /// <param name="weights">The first tap's weights of these channels.</param>
    /// <param name="taps">Runs of one tap each: bytes between taps in x and in the weights.</param>
    /// <param name="offset">Bytes to the first channel, added to the pixels' addresses.</param>
    /// <param name="n">Channels, up to a register.</param>
    /// <param name="start">What the sums begin with.</param>
    /// <param name="sums">One register per pixel.</param>
    public static void Run<V, TOperands>(
        byte** pixels, int rows, byte* weights, in Depth taps, int offset, int n, V start, float* sums)
        where V : struct, IVectorF32<V>
        where TOperands : struct, IDepthwiseOperands
    {
        switch (rows)
        {
            case 1:
                Run<V, TOperands, N1>(pixels, weights, taps, offset, n, start, sums);
                break;
            case 2:
                Run<V, TOperands, N2>(pixels, weights, taps, offset, n, start, sums);
                break;
            case 3:
                Run<V, TOperands, N3>(pixels, weights, taps, offset, n, start, sums);
                break;
            case 4:
                Run<V, TOperands, N4>(pixels, weights, taps, offset, n, start, sums);
                break;
            case 5:
                Run<V, TOperands, N5>(pixels, weights, taps, offset, n, start, sums);
                break;
            case 6:
                Run<V, TOperands, N6>(pixels, weights, taps, offset, n, start, sums);
                break;
            case 7:
                Run<V, TOperands, N7>(pixels, weights, taps, offset, n, start, sums);
                break;
            default:
                Run<V, TOperands, N8>(pixels, weights, taps, offset, n, start, sums);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Run<V, TOperands, TRows>(
        byte** pixels, byte* weights, in Depth taps, int offset, int n, V start, float* sums)
        where V : struct, IVectorF32<V>
        where TOperands : struct, IDepthwiseOperands
        where TRows : struct, ICount
    {
        byte* x0 = pixels[0] + offset;
        byte* x1 = pixels[TRows.Value > 1 ? 1 : 0] + offset;
        byte* x2 = pixels[TRows.Value > 2 ? 2 : 0] + offset;
        byte* x3 = pixels[TRows.Value > 3 ? 3 : 0] + offset;
        byte* x4 = pixels[TRows.Value > 4 ? 4 : 0] + offset;
        byte* x5 = pixels[TRows.Value > 5 ? 5 : 0] + offset;
        byte* x6 = pixels[TRows.Value > 6 ? 6 : 0] + offset;
        byte* x7 = pixels[TRows.Value > 7 ? 7 : 0] + offset;
        V a0 = start, a1 = start, a2 = start, a3 = start, a4 = start, a5 = start, a6 = start, a7 = start;
        for (int outer = 0; outer < taps.Outer; outer++)
        {
            nint t = outer * taps.OuterLhs;
            byte* w = weights + (outer * taps.OuterRhs);
            for (int inner = 0; inner < taps.Inner; inner++, t += taps.InnerLhs, w += taps.InnerRhs)
            {
                var u = TOperands.Weights<V>(w);
                Add<V, TOperands, TRows>(0, x0 + t, n, u, ref a0);
                Add<V, TOperands, TRows>(1, x1 + t, n, u, ref a1);
                Add<V, TOperands, TRows>(2, x2 + t, n, u, ref a2);
                Add<V, TOperands, TRows>(3, x3 + t, n, u, ref a3);
                Add<V, TOperands, TRows>(4, x4 + t, n, u, ref a4);
                Add<V, TOperands, TRows>(5, x5 + t, n, u, ref a5);
                Add<V, TOperands, TRows>(6, x6 + t, n, u, ref a6);
                Add<V, TOperands, TRows>(7, x7 + t, n, u, ref a7);
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
    private static void Add<V, TOperands, TRows>(int row, byte* x, int n, V u, ref V a)
        where V : struct, IVectorF32<V>
        where TOperands : struct, IDepthwiseOperands
        where TRows : struct, ICount
    {
        if (row < TRows.Value)
        {
            a = V.FusedMultiplyAdd(TOperands.Activations<V>(x, n), u, a);
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
