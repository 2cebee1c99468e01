using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Bᵀ·d·B of the 4×4 pixels d of each tile, zeros where they lie in the padding. The result is [tile][point][channels].
/// </summary>
/// <param name="x">Pixels, channels last.</param>
/// <param name="tiles">All tiles.</param>
/// <param name="channels">At least as many as a register has lanes.</param>
internal readonly unsafe struct WinogradPixels(float* x, WinogradTiles tiles, int channels)
{
    /// <param name="origin">First tile.</param>
    /// <param name="count">Tiles.</param>
    /// <param name="pixels">Where the first one goes.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int origin, int count, float* pixels)
        where V : struct, IVectorF32<V>
    {
        float* zeros = stackalloc float[WinogradTile.Pixels * WinogradConv.MostChannels];
        new Span<float>(zeros, WinogradTile.Pixels * channels).Clear();
        nint line = (nint)tiles.InW * channels;
        var place = tiles.Locate(origin);
        for (int item = 0; item < count; item++, tiles.Step(ref place))
        {
            int top = place.Row - tiles.Top, left = place.Column - tiles.Left;
            float* first = x + (((((nint)place.Image * tiles.InH) + top) * tiles.InW) + left) * channels;

            // Rows of the padding are zeros elsewhere, so that one transform serves all tiles; its columns are zeros without a place.
            float* row0 = IsRow(top) ? first : zeros;
            float* row1 = IsRow(top + 1) ? first + line : zeros;
            float* row2 = IsRow(top + 2) ? first + (2 * line) : zeros;
            float* row3 = IsRow(top + 3) ? first + (3 * line) : zeros;
            bool has0 = IsColumn(left), has1 = IsColumn(left + 1), has2 = IsColumn(left + 2), has3 = IsColumn(left + 3);
            float* target = pixels + ((nint)item * WinogradTile.Pitch(channels));
            for (int c = 0; c < channels; c += V.Count)
            {
                // The last register overlaps the one before; the doubled channels get the same bits twice.
                nint at = Math.Min(c, channels - V.Count);
                var columns0 = Column<V>(has0, row0 + at, row1 + at, row2 + at, row3 + at);
                at += channels;
                var columns1 = Column<V>(has1, row0 + at, row1 + at, row2 + at, row3 + at);
                at += channels;
                var columns2 = Column<V>(has2, row0 + at, row1 + at, row2 + at, row3 + at);
                at += channels;
                var columns3 = Column<V>(has3, row0 + at, row1 + at, row2 + at, row3 + at);
                float* to = target + (at - (3 * channels));
                Put(Line(columns0.First, columns1.First, columns2.First, columns3.First), to);
                Put(Line(columns0.Second, columns1.Second, columns2.Second, columns3.Second), to + (4 * channels));
                Put(Line(columns0.Third, columns1.Third, columns2.Third, columns3.Third), to + (8 * channels));
                Put(Line(columns0.Fourth, columns1.Fourth, columns2.Fourth, columns3.Fourth), to + (12 * channels));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsRow(int row) => (uint)row < (uint)tiles.InH;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsColumn(int column) => (uint)column < (uint)tiles.InW;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Four<V> Column<V>(bool isThere, float* row0, float* row1, float* row2, float* row3)
        where V : struct, IVectorF32<V> =>
        isThere ? Line(V.Load(row0), V.Load(row1), V.Load(row2), V.Load(row3)) : new(V.Zero, V.Zero, V.Zero, V.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Four<V> Line<V>(V first, V second, V third, V fourth)
        where V : struct, IVectorF32<V> => new(first - third, second + third, third - second, second - fourth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put<V>(Four<V> line, float* target)
        where V : struct, IVectorF32<V>
    {
        V.Store(line.First, target);
        V.Store(line.Second, target + channels);
        V.Store(line.Third, target + (2 * channels));
        V.Store(line.Fourth, target + (3 * channels));
    }
}
