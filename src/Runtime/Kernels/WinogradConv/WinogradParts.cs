using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>Some tiles of a convolution, from their pixels to their results.</summary>
internal interface IWinogradPart
{
    /// <param name="slot">Of the scratch memory; no other thread has it.</param>
    /// <param name="first">First tile.</param>
    /// <param name="count">Tiles.</param>
    void Run<V>(int slot, int first, int count)
        where V : struct, IVectorF32<V>;
}

/// <summary>
/// A convolution in parts of so many tiles that their transformed pixels stay in a second-level cache; items are runs of parts. Threads
/// share nothing but what they read: neighbouring channels of a pixel, which may lie in one cache line, are written by one of them.
/// </summary>
/// <param name="part">What is done with each.</param>
/// <param name="tiles">All of them.</param>
/// <param name="parts">At most as many.</param>
/// <param name="slots">Of the scratch memory.</param>
internal readonly struct WinogradParts<TPart>(TPart part, int tiles, int parts, int slots) : ISplitCode
    where TPart : struct, IWinogradPart
{
    private int Items => Math.Min(slots, parts);

    /// <param name="width">Registers.</param>
    /// <param name="part">What is done with each.</param>
    /// <param name="tiles">May be none.</param>
    /// <param name="atOnce">Tiles of a part at most.</param>
    /// <param name="slots">Of the scratch memory.</param>
    /// <param name="work">Multiply-adds of the whole, in those of single precision.</param>
    public static void Run(VectorWidth width, in TPart part, int tiles, int atOnce, int slots, long work)
    {
        if (tiles == 0)
        {
            return;
        }

        // Every part transforms the filters: no more than one thread takes, or as many for each.
        int least = (tiles + atOnce - 1) / atOnce;
        int threads = ThreadTeam.Current is { } team && team.Parts(work) > 1 ? Math.Min(team.Threads, slots) : 1;
        int parts = Math.Min(tiles, (least + threads - 1) / threads * threads);
        var whole = new WinogradParts<TPart>(part, tiles, parts, slots);
        VectorWidths.Run(width, whole, whole.Items, work / whole.Items);
    }

    public void Run<V>(int begin, int end)
        where V : struct, IVectorF32<V>
    {
        int items = Items;
        for (int i = (int)((long)parts * begin / items), last = (int)((long)parts * end / items); i < last; i++)
        {
            int first = (int)((long)tiles * i / parts);
            part.Run<V>(begin, first, (int)((long)tiles * (i + 1) / parts) - first);
        }
    }
}

/// <summary>How many slots of scratch memory there are: the threads that may work on a convolution at the same time.</summary>
internal static class WinogradSlots
{
    private const int Most = 8, Least = 2;

    /// <summary>All slots together.</summary>
    private const long MostBytes = 8 << 20;

    public static int Count(long bytes) => (int)Math.Clamp(MostBytes / bytes, Least, Most);
}
