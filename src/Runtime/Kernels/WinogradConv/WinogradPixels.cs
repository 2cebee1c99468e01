using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Bᵀ·d·B of the 4×4 pixels d of each tile, zeros where they lie in the padding; items are tiles. The result is [tile][point][channels].
/// </summary>
/// <param name="x">Pixels, channels last.</param>
/// <param name="pixels">Where tile <paramref name="origin"/> goes.</param>
/// <param name="tiles">All tiles.</param>
/// <param name="channels">At least as many as a register has lanes.</param>
/// <param name="origin">The tile that is item 0.</param>
internal readonly unsafe struct WinogradPixels(float* x, float* pixels, WinogradTiles tiles, int channels, int origin) : ISplitCode
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int begin, int end)
        where V : struct, IVectorF32<V>
    {
        for (int item = begin; item < end; item++)
        {
            var (image, row, column) = tiles.Locate(origin + item);
            int top = row - tiles.Top, left = column - tiles.Left;
            float* target = pixels + ((nint)item * WinogradTile.Pitch(channels));
            nint first = ((((nint)image * tiles.InH) + top) * tiles.InW) + left;
            if (top >= 0 && left >= 0 && top + WinogradTile.Pixels <= tiles.InH && left + WinogradTile.Pixels <= tiles.InW)
            {
                Channels<V, Inside>(new(x + (first * channels), channels, tiles.InW), target);
            }
            else
            {
                Channels<V, Edge>(new(x + (first * channels), channels, tiles, top, left), target);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Channels<V, TSource>(TSource source, float* target)
        where V : struct, IVectorF32<V>
        where TSource : struct, ISource
    {
        for (int c = 0; c < channels; c += V.Count)
        {
            // The last register overlaps the one before; the doubled channels get the same bits twice. Within the loop: the transform is
            // long to compile.
            int first = Math.Min(c, channels - V.Count);
            Transform<V, TSource>(source, first, target + first);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Transform<V, TSource>(in TSource source, int channel, float* target)
        where V : struct, IVectorF32<V>
        where TSource : struct, ISource
    {
        var (a0, a1, a2, a3) = Column<V, TSource>(source, channel, 0);
        var (b0, b1, b2, b3) = Column<V, TSource>(source, channel, 1);
        var (c0, c1, c2, c3) = Column<V, TSource>(source, channel, 2);
        var (d0, d1, d2, d3) = Column<V, TSource>(source, channel, 3);
        Put(Line(a0, b0, c0, d0), target);
        Put(Line(a1, b1, c1, d1), target + (4 * channels));
        Put(Line(a2, b2, c2, d2), target + (8 * channels));
        Put(Line(a3, b3, c3, d3), target + (12 * channels));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V, V, V, V) Column<V, TSource>(in TSource source, int channel, int column)
        where V : struct, IVectorF32<V>
        where TSource : struct, ISource =>
        Line(source.Load<V>(channel, 0, column), source.Load<V>(channel, 1, column), source.Load<V>(channel, 2, column),
            source.Load<V>(channel, 3, column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V, V, V, V) Line<V>(V first, V second, V third, V fourth)
        where V : struct, IVectorF32<V> => (first - third, second + third, third - second, second - fourth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put<V>((V, V, V, V) line, float* target)
        where V : struct, IVectorF32<V>
    {
        V.Store(line.Item1, target);
        V.Store(line.Item2, target + channels);
        V.Store(line.Item3, target + (2 * channels));
        V.Store(line.Item4, target + (3 * channels));
    }

    /// <summary>The 4×4 pixels of a tile.</summary>
    private interface ISource
    {
        V Load<V>(int channel, int row, int column)
            where V : struct, IVectorF32<V>;
    }

    private readonly struct Inside(float* corner, int channels, int width) : ISource
    {
        private readonly nint line = (nint)width * channels;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Load<V>(int channel, int row, int column)
            where V : struct, IVectorF32<V> => V.Load(corner + (row * line) + (column * channels) + channel);
    }

    private readonly struct Edge(float* corner, int channels, WinogradTiles tiles, int top, int left) : ISource
    {
        private readonly nint line = (nint)tiles.InW * channels;
        private readonly int height = tiles.InH, width = tiles.InW;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Load<V>(int channel, int row, int column)
            where V : struct, IVectorF32<V> =>
            (uint)(top + row) < (uint)height && (uint)(left + column) < (uint)width
                ? V.Load(corner + (row * line) + (column * channels) + channel)
                : V.Zero;
    }
}
