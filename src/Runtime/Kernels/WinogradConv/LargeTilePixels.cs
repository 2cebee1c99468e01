using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Bᵀ·d·B of the 6×6 bytes d of each tile, the zero point where they lie in the padding. The result is
/// [tile][point][channels] in 16 bits, which 68 · 255 does not leave.
/// </summary>
/// <param name="x">Pixels, channels last.</param>
/// <param name="padding">A pixel of the padding.</param>
/// <param name="tiles">All tiles.</param>
/// <param name="channels">A multiple of four, and of lanes where registers have no more.</param>
/// <param name="code">Machine code for it, if there is.</param>
internal readonly unsafe struct LargeTilePixels(
    byte* x, byte* padding, WinogradTiles tiles, int channels, LargeTileTransforms? code)
{
    /// <summary>Tiles first … first + count - 1.</summary>
    /// <typeparam name="V">Decides on the registers.</typeparam>
    public void Run<V>(int first, int count, short* pixels)
        where V : struct, IVectorF32<V>
    {
        if (code is not null && channels >= LargeTileCall.Lanes)
        {
            Transform(code, first, count, pixels);
            return;
        }

        switch (V.Count)
        {
            case 16 when channels >= I16x32.Count:
                Transform<I16x32>(first, count, pixels);
                break;
            case >= 8:
                Transform<I16x16>(first, count, pixels);
                break;
            case 4:
                Transform<I16x8>(first, count, pixels);
                break;
            default:
                Transform<I16x2>(first, count, pixels);
                break;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Transform(LargeTileTransforms transforms, int first, int count, short* pixels)
    {
        byte** places = stackalloc byte*[LargeTile.Points];
        var place = tiles.Locate(first);
        for (int item = 0; item < count; item++, tiles.Step(ref place))
        {
            Locate(place, places);
            transforms.Pixels(places, channels, pixels + ((nint)item * LargeTile.Pitch(channels)));
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Transform<T>(int origin, int count, short* pixels)
        where T : struct, IVectorI16<T>
    {
        byte** places = stackalloc byte*[LargeTile.Points];
        short* columns = stackalloc short[LargeTile.Points * T.Count];
        var place = tiles.Locate(origin);
        for (int item = 0; item < count; item++, tiles.Step(ref place))
        {
            Locate(place, places);
            short* target = pixels + ((nint)item * LargeTile.Pitch(channels));
            for (int c = 0; c < channels; c += T.Count)
            {
                // The last register overlaps the one before; the doubled channels get the same bits twice.
                int first = Math.Min(c, channels - T.Count);
                for (int j = 0; j < LargeTile.Pixels; j++)
                {
                    byte** column = places + j;
                    Line(
                        T.LoadBytes(column[0] + first), T.LoadBytes(column[6] + first), T.LoadBytes(column[12] + first),
                        T.LoadBytes(column[18] + first), T.LoadBytes(column[24] + first), T.LoadBytes(column[30] + first),
                        columns + (j * T.Count), LargeTile.Pixels * T.Count);
                }

                short* row = columns;
                for (int i = 0; i < LargeTile.Pixels; i++, row += LargeTile.Pixels * T.Count)
                {
                    Line(
                        T.Load(row), T.Load(row + T.Count), T.Load(row + (2 * T.Count)), T.Load(row + (3 * T.Count)),
                        T.Load(row + (4 * T.Count)), T.Load(row + (5 * T.Count)),
                        target + first + (i * LargeTile.Pixels * channels), channels);
                }
            }
        }
    }

    /// <summary>The addresses of a tile's pixels, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Locate(in WinogradPlace tile, byte** places)
    {
        int top = tile.Row - tiles.Top, left = tile.Column - tiles.Left;
        nint line = (nint)tiles.InW * channels;
        byte* place = x + ((((((nint)tile.Image * tiles.InH) + top) * tiles.InW) + left) * channels);
        for (int i = 0; i < LargeTile.Pixels; i++, place += line, places += LargeTile.Pixels)
        {
            bool isRow = (uint)(top + i) < (uint)tiles.InH;
            for (int j = 0; j < LargeTile.Pixels; j++)
            {
                places[j] = isRow && (uint)(left + j) < (uint)tiles.InW ? place + ((nint)j * channels) : padding;
            }
        }
    }

    /// <summary>Bᵀ of a column of six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Line<T>(T a, T b, T c, T d, T e, T f, short* target, nint pitch)
        where T : struct, IVectorI16<T>
    {
        T outer = e - c, inner = d - b, twice = inner << 1;
        T.Store(((a - c) << 2) + outer, target);
        T.Store((d + e) - ((b + c) << 2), target + pitch);
        T.Store((e - d) + ((b - c) << 2), target + (2 * pitch));
        T.Store(outer + twice, target + (3 * pitch));
        T.Store(outer - twice, target + (4 * pitch));
        T.Store((f - d) - (inner << 2), target + (5 * pitch));
    }
}
