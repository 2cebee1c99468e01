using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The sums of convolutions out of those of the points of their tiles, exactly. Every step is computed modulo 2³², in which sums of points
/// may have wrapped around. A row of Aᵀ in the paper becomes 24, 12, 6 or 6 times itself, in integers; so do columns. What comes out is
/// divided by 9, which has an inverse modulo 2³², and by at most 2⁶, which a shift does where the sum itself has no more than 26 bits.
/// </summary>
internal static unsafe class LargeTileOutputs
{
    /// <summary>Sums of a convolution must be below it in magnitude.</summary>
    public const int Limit = 1 << 25;

    /// <summary>Sums from point to point, and results from pixel to pixel.</summary>
    public const int Pitch = LargeTile.RunColumns;

    /// <summary>Sums from tile to tile: a cache line more than the points.</summary>
    public const int TilePitch = (LargeTile.Points * Pitch) + PanelLayout.Columns;

    /// <summary>9 · 954437177 = 1 + 2 · 2³².</summary>
    internal const int InverseOf9 = 954437177;

    /// <param name="sums">[points][<see cref="Pitch"/>] of a tile.</param>
    /// <param name="high">Rows that the image has there, up to 4.</param>
    /// <param name="wide">Columns that the image has there, up to 4.</param>
    /// <param name="columns">Whole registers are computed.</param>
    /// <param name="results">[high][wide][<see cref="Pitch"/>].</param>
    /// <typeparam name="V">Decides on the registers.</typeparam>
    public static void Join<V>(int* sums, int high, int wide, int columns, int* results)
        where V : struct, IVectorF32<V>
    {
        switch (V.Count)
        {
            case 16:
                Run<I32x16>(sums, high, wide, columns, results);
                break;
            case 8:
                Run<I32x8>(sums, high, wide, columns, results);
                break;
            case 4:
                Run<I32x4>(sums, high, wide, columns, results);
                break;
            default:
                Run<I32x1>(sums, high, wide, columns, results);
                break;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Run<T>(int* sums, int high, int wide, int columns, int* results)
        where T : struct, IVectorI32<T>
    {
        const int Row = LargeTile.Pixels * Pitch;
        int* lines = stackalloc int[LargeTile.Outputs * LargeTile.Pixels * T.Count];
        nint pitch = LargeTile.Pixels * T.Count;
        for (int c = 0; c < columns; c += T.Count)
        {
            int* sum = sums + c, line = lines, result = results + c;
            for (int j = 0; j < LargeTile.Pixels; j++, sum += Pitch, line += T.Count)
            {
                Line(T.Load(sum), T.Load(sum + Row), T.Load(sum + (2 * Row)), T.Load(sum + (3 * Row)), T.Load(sum + (4 * Row)),
                    T.Load(sum + (5 * Row)), out var first, out var second, out var third, out var fourth);
                T.Store(first, line);
                T.Store(second, line + pitch);
                T.Store(third, line + (2 * pitch));
                T.Store(fourth, line + (3 * pitch));
            }

            line = lines;
            for (int i = 0; i < high; i++, line += pitch, result += wide * Pitch)
            {
                Line(T.Load(line), T.Load(line + T.Count), T.Load(line + (2 * T.Count)), T.Load(line + (3 * T.Count)),
                    T.Load(line + (4 * T.Count)), T.Load(line + (5 * T.Count)), out var first, out var second, out var third,
                    out var fourth);

                // 24, 12, 6 and 6 are 3 · 2³, 3 · 2², 3 · 2 and 3 · 2.
                int shift = i == 0 ? 3 : i == 1 ? 2 : 1;
                T.Store((first * InverseOf9) >> (shift + 3), result);
                if (wide > 1)
                {
                    T.Store((second * InverseOf9) >> (shift + 2), result + Pitch);
                }

                if (wide > 2)
                {
                    T.Store((third * InverseOf9) >> (shift + 1), result + (2 * Pitch));
                }

                if (wide > 3)
                {
                    T.Store((fourth * InverseOf9) >> (shift + 1), result + (3 * Pitch));
                }
            }
        }
    }

    /// <summary>24, 12, 6 and 6 times the rows of Aᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Line<T>(T a, T b, T c, T d, T e, T f, out T first, out T second, out T third, out T fourth)
        where T : struct, IVectorI32<T>
    {
        T evens = b + c, odds = b - c, farEvens = d + e, farOdds = d - e;
        first = farEvens + ((a - (evens << 1)) << 1);
        second = farOdds - (odds << 1);
        third = farEvens - evens;
        fourth = ((farOdds + f) << 1) - odds;
    }
}
