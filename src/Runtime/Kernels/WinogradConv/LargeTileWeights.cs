using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Filters of bytes transformed to 6×6 integers of 16 bits, made whenever they are used: they would take eight times the place of the bytes
/// in the file, and longer to come from memory. A point is R·g·Rᵀ with rows of R of 3·g₀, g₀ + g₁ + g₂, g₀ − g₁ + g₂, g₀ + 2·g₁ + 4·g₂,
/// g₀ − 2·g₁ + 4·g₂ and 3·g₂: multiples of those of G in the paper that are integers, up to 49 · 128.
/// </summary>
/// <param name="weights">In panels of bytes, see <see cref="Conv"/>.</param>
/// <param name="channels">Of the input, in whole groups of four.</param>
/// <param name="code">Machine code for it, if there is.</param>
internal readonly unsafe struct LargeTileWeights(sbyte* weights, int channels, LargeTileTransforms? code)
{
    /// <summary>16-bit integers of a group of four channels and 16 columns.</summary>
    private const int Group = PanelLayout.ByteGroup * PanelLayout.Columns;

    /// <summary>16-bit integers from point to point.</summary>
    public int Point => PointLength(channels);

    /// <summary>16-bit integers that a run takes: [points][panels][channels / 2][16][2].</summary>
    public static int Length(int channels) => LargeTile.Points * PointLength(channels);

    /// <summary>Panels first … first + panels - 1.</summary>
    /// <typeparam name="V">Decides on the registers.</typeparam>
    public void Transform<V>(int first, int panels, short* target)
        where V : struct, IVectorF32<V>
    {
        if (code is not null)
        {
            nint tap = channels * PanelLayout.Columns;
            for (int panel = 0; panel < panels; panel++)
            {
                code.Filters(weights + ((first + panel) * LargeTile.Taps * tap), tap, channels / PanelLayout.ByteGroup,
                    target + (panel * tap), Point);
            }

            return;
        }

        switch (V.Count)
        {
            case 16:
                Run<I16x32>(first, panels, target);
                break;
            case 8:
                Run<I16x16>(first, panels, target);
                break;
            case 4:
                Run<I16x8>(first, panels, target);
                break;
            default:
                Run<I16x2>(first, panels, target);
                break;
        }
    }

    private static int PointLength(int channels) => (channels * LargeTile.RunColumns) + LargeTile.Line;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Run<T>(int first, int panels, short* target)
        where T : struct, IVectorI16<T>
    {
        // Two channels of some columns, of every tap; then the three columns of the filter, each of six.
        short* filter = stackalloc short[2 * LargeTile.Taps * T.Count], columns = stackalloc short[LargeTile.Pixels * 3 * T.Count];
        nint tap = channels * PanelLayout.Columns, point = Point;
        for (int panel = 0; panel < panels; panel++)
        {
            sbyte* source = weights + ((first + panel) * LargeTile.Taps * tap);
            short* ofPanel = target + (panel * tap);
            for (nint group = 0; group < tap; group += Group)
            {
                // The bytes of four channels are twice the registers of two.
                for (nint part = 0; part < Group; part += 2 * T.Count)
                {
                    for (int i = 0; i < LargeTile.Taps; i++)
                    {
                        T.LoadPairs(source + group + part + (i * tap), out var low, out var high);
                        T.Store(low, filter + (i * T.Count));
                        T.Store(high, filter + ((LargeTile.Taps + i) * T.Count));
                    }

                    Transform<T>(filter, columns, ofPanel + group + (part / 2), point);
                    Transform<T>(filter + (LargeTile.Taps * T.Count), columns, ofPanel + group + (Group / 2) + (part / 2), point);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform<T>(short* filter, short* columns, short* target, nint point)
        where T : struct, IVectorI16<T>
    {
        for (int j = 0; j < 3; j++)
        {
            Line(T.Load(filter + (j * T.Count)), T.Load(filter + ((3 + j) * T.Count)), T.Load(filter + ((6 + j) * T.Count)),
                columns + (j * T.Count), 3 * T.Count);
        }

        for (int i = 0; i < LargeTile.Pixels; i++)
        {
            short* row = columns + (i * 3 * T.Count);
            Line(T.Load(row), T.Load(row + T.Count), T.Load(row + (2 * T.Count)), target + (i * LargeTile.Pixels * point), point);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Line<T>(T a, T b, T c, short* target, nint pitch)
        where T : struct, IVectorI16<T>
    {
        T ends = a + c, far = a + (c << 2), twice = b << 1;
        T.Store(a + (a << 1), target);
        T.Store(ends + b, target + pitch);
        T.Store(ends - b, target + (2 * pitch));
        T.Store(far + twice, target + (3 * pitch));
        T.Store(far - twice, target + (4 * pitch));
        T.Store(c + (c << 1), target + (5 * pitch));
    }
}
