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
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int origin, int count, float* pixels)
        where V : struct, IVectorF32<V>
    {
        float* zeros = stackalloc float[WinogradConv.MostChannels];
        float** places = stackalloc float*[WinogradTile.Points];
        var place = tiles.Locate(origin);
        for (int item = 0; item < count; item++, tiles.Step(ref place))
        {
            Locate(place, places, zeros);
            float* target = pixels + ((nint)item * WinogradTile.Pitch(channels));
            for (int c = 0; c < channels; c += V.Count)
            {
                // The last register overlaps the one before; the doubled channels get the same bits twice. Within the loop: the transform
                // is long to compile.
                int first = Math.Min(c, channels - V.Count);
                Transform<V>(places, first, target + first);
            }
        }
    }

    /// <summary>
    /// The addresses of a tile's pixels, row by row; that of zeros in the padding, so that one transform serves all tiles.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Locate(in WinogradPlace tile, float** places, float* zeros)
    {
        int top = tile.Row - tiles.Top, left = tile.Column - tiles.Left;
        bool isInside = top >= 0 && left >= 0 && top + WinogradTile.Pixels <= tiles.InH && left + WinogradTile.Pixels <= tiles.InW;
        nint line = (nint)tiles.InW * channels;
        float* place = x + ((((((nint)tile.Image * tiles.InH) + top) * tiles.InW) + left) * channels);
        for (int i = 0; i < WinogradTile.Pixels; i++, place += line, places += WinogradTile.Pixels)
        {
            bool isRow = isInside || (uint)(top + i) < (uint)tiles.InH;
            for (int j = 0; j < WinogradTile.Pixels; j++)
            {
                places[j] = isInside || (isRow && (uint)(left + j) < (uint)tiles.InW) ? place + ((nint)j * channels) : zeros;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Transform<V>(float** places, int channel, float* target)
        where V : struct, IVectorF32<V>
    {
        var a = Column<V>(places, channel);
        var b = Column<V>(places + 1, channel);
        var c = Column<V>(places + 2, channel);
        var d = Column<V>(places + 3, channel);
        Put(Line(a.First, b.First, c.First, d.First), target);
        Put(Line(a.Second, b.Second, c.Second, d.Second), target + (4 * channels));
        Put(Line(a.Third, b.Third, c.Third, d.Third), target + (8 * channels));
        Put(Line(a.Fourth, b.Fourth, c.Fourth, d.Fourth), target + (12 * channels));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Four<V> Column<V>(float** places, int channel)
        where V : struct, IVectorF32<V> =>
        Line(V.Load(places[0] + channel), V.Load(places[4] + channel), V.Load(places[8] + channel), V.Load(places[12] + channel));

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
