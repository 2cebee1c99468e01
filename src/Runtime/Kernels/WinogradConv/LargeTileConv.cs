using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// A convolution of bytes in parts of so many tiles that their transformed pixels stay in a second-level cache; items are runs of parts.
/// Threads share nothing but what they read: neighbouring channels of a pixel, which lie in one cache line, are written by one of them.
/// </summary>
/// <param name="x">Pixels, channels last.</param>
/// <param name="padding">A pixel of the padding.</param>
/// <param name="products">What becomes of transformed pixels.</param>
/// <param name="tiles">All tiles.</param>
/// <param name="channels">Of the input, in whole groups of four.</param>
/// <param name="parts">At most as many as there are tiles.</param>
/// <param name="scratch">Room for <see cref="LargeTileSlots.Count"/> times <see cref="LargeTileSlots.Length"/>.</param>
internal readonly unsafe struct LargeTileConv<TActivation, TStore>(
    byte* x, byte* padding, LargeTileProducts<TActivation, TStore> products, WinogradTiles tiles, int channels, int parts, short* scratch)
    : ISplitCode
    where TActivation : struct, IUnaryFunction
    where TStore : struct, IStore
{
    public int Items => Math.Min(LargeTileSlots.Count, parts);

    public void Run<V>(int begin, int end)
        where V : struct, IVectorF32<V>
    {
        int items = Items;
        short* pixels = scratch + ((nint)begin * LargeTileSlots.Length(channels)), filters = pixels + LargeTileSlots.Pixels(channels);
        for (int part = (int)((long)parts * begin / items), last = (int)((long)parts * end / items); part < last; part++)
        {
            int first = (int)((long)tiles.Count * part / parts), count = (int)((long)tiles.Count * (part + 1) / parts) - first;
            new LargeTilePixels(x, padding, pixels, tiles, channels).Run<V>(first, count);
            products.Run<V>(pixels, first, count, filters);
        }
    }
}
