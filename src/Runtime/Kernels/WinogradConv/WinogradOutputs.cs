using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Aᵀ·m·A of the sums m of tiles: 2×2 rows of results for each. Apart from what becomes of them, which is the epilogue of every product.
/// </summary>
internal static unsafe class WinogradOutputs
{
    /// <summary>Rows of results that a tile has.</summary>
    public const int OfTile = WinogradTile.Outputs * WinogradTile.Outputs;

    /// <summary>Floats from point to point of the sums, and from row to row of results: the columns of a call.</summary>
    public const int Pitch = 2 * PanelLayout.Columns;

    /// <summary>Floats from the sums of a tile to those of the next one: a cache line more than the points.</summary>
    public const int TilePitch = (WinogradTile.Points * Pitch) + PanelLayout.Columns;

    /// <param name="sums">[<see cref="WinogradTile.Points"/>][<see cref="Pitch"/>] of a tile.</param>
    /// <returns>Of one tile and one register of columns, row by row.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<V> Join<V>(float* sums)
        where V : struct, IVectorF32<V>
    {
        Two<V> line0 = Line<V>(sums, 0), line1 = Line<V>(sums, 1), line2 = Line<V>(sums, 2), line3 = Line<V>(sums, 3);
        return new(line0.First + line1.First + line2.First, line0.Second + line1.Second + line2.Second,
            line1.First - line2.First - line3.First, line1.Second - line2.Second - line3.Second);
    }

    /// <summary>The same of several tiles into memory.</summary>
    /// <param name="sums">As above, <see cref="TilePitch"/> from tile to tile.</param>
    /// <param name="tiles">Up to <see cref="Tile.MaxRows"/>.</param>
    /// <param name="results">[tiles][<see cref="OfTile"/>][<see cref="Pitch"/>]; the last pixel of a tile comes first.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Join<V>(float* sums, int tiles, float* results)
        where V : struct, IVectorF32<V>
    {
        for (int tile = 0; tile < tiles; tile++, sums += TilePitch, results += OfTile * Pitch)
        {
            var joined = Join<V>(sums);
            V.Store(joined.Fourth, results);
            V.Store(joined.Third, results + Pitch);
            V.Store(joined.Second, results + (2 * Pitch));
            V.Store(joined.First, results + (3 * Pitch));
        }
    }

    /// <summary>
    /// The rows of the target that results go to. Pixels beyond the edge go where one within it goes, which comes later and stays.
    /// </summary>
    /// <param name="tiles">All tiles.</param>
    /// <param name="first">First tile.</param>
    /// <param name="count">Tiles.</param>
    /// <param name="places">[count][<see cref="OfTile"/>].</param>
    public static void Locate(in WinogradTiles tiles, int first, int count, nint* places)
    {
        var tile = tiles.Locate(first);
        for (; count > 0; count--, places += OfTile, tiles.Step(ref tile))
        {
            nint place = ((((nint)tile.Image * tiles.OutH) + tile.Row) * tiles.OutW) + tile.Column;
            nint right = tile.Column + 1 < tiles.OutW ? 1 : 0, below = tile.Row + 1 < tiles.OutH ? tiles.OutW : 0;
            places[0] = place + below + right;
            places[1] = place + below;
            places[2] = place + right;
            places[3] = place;
        }
    }

    /// <summary>A row of sums to two columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Two<V> Line<V>(float* sums, int row)
        where V : struct, IVectorF32<V>
    {
        float* line = sums + (row * WinogradTile.Pixels * Pitch);
        V first = V.Load(line), second = V.Load(line + Pitch), third = V.Load(line + (2 * Pitch)), fourth = V.Load(line + (3 * Pitch));
        return new(first + second + third, second - third - fourth);
    }
}
