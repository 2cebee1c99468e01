using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// G·g·Gᵀ of 3×3 filters g, made whenever they are used: a run of columns at a time stays in the second-level cache, where all of them
/// would have to come from memory, 16/9 of what the filters themselves take.
/// </summary>
/// <param name="weights">In panels, see <see cref="Conv"/>.</param>
/// <param name="channels">Of the input.</param>
internal readonly unsafe struct WinogradWeights(float* weights, int channels)
{
    /// <summary>Channels up to which two panels take no more than half of a usual second-level cache.</summary>
    private const int MostForTwo = 256;

    /// <summary>Panels of a run.</summary>
    public int Panels => PanelsOf(channels);

    /// <summary>Floats that a run takes: 16 matrices [channels, columns], point after point, each in panels.</summary>
    public static int Length(int channels) => WinogradTile.Points * PointLength(channels);

    /// <summary>Floats from point to point.</summary>
    public int Point => PointLength(channels);

    /// <summary>Panels first … first + panels - 1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Transform<V>(int first, int panels, float* transformed)
        where V : struct, IVectorF32<V>
    {
        nint tap = (nint)channels * PanelLayout.Columns, point = Point;
        for (int panel = 0; panel < panels; panel++)
        {
            float* source = weights + ((first + panel) * WinogradTile.Taps * tap), target = transformed + (panel * tap);
            for (nint i = 0; i < tap; i += V.Count)
            {
                Filter<V>(source + i, tap, target + i, point);
            }
        }
    }

    /// <summary>A cache line more than the matrix, or all points would compete for the same lines of the cache.</summary>
    private static int PointLength(int channels) => (channels * PanelsOf(channels) * PanelLayout.Columns) + PanelLayout.Columns;

    private static int PanelsOf(int channels) => channels <= MostForTwo ? 2 : 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Filter<V>(float* source, nint tap, float* target, nint point)
        where V : struct, IVectorF32<V>
    {
        // Columns first: four rows of three from three rows of three.
        var a = Line(V.Load(source), V.Load(source + (3 * tap)), V.Load(source + (6 * tap)));
        var b = Line(V.Load(source + tap), V.Load(source + (4 * tap)), V.Load(source + (7 * tap)));
        var c = Line(V.Load(source + (2 * tap)), V.Load(source + (5 * tap)), V.Load(source + (8 * tap)));
        Put(Line(a.First, b.First, c.First), target, point);
        Put(Line(a.Second, b.Second, c.Second), target + (4 * point), point);
        Put(Line(a.Third, b.Third, c.Third), target + (8 * point), point);
        Put(Line(a.Fourth, b.Fourth, c.Fourth), target + (12 * point), point);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Four<V> Line<V>(V first, V second, V third)
        where V : struct, IVectorF32<V>
    {
        var half = V.Broadcast(0.5f);
        V ends = (first + third) * half, middle = second * half;
        return new(first, ends + middle, ends - middle, third);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<V>(Four<V> line, float* target, nint point)
        where V : struct, IVectorF32<V>
    {
        V.Store(line.First, target);
        V.Store(line.Second, target + point);
        V.Store(line.Third, target + (2 * point));
        V.Store(line.Fourth, target + (3 * point));
    }
}
