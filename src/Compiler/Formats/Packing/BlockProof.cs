using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Packing;

/// <summary>
/// That sums in 16 bits are exact: over any block of <see cref="Block"/> groups of four packed weights, the products of the groups' first
/// two weights, and of their last two, sum to <see cref="Lowest"/>…<see cref="Highest"/> for all quantized activations in 0…maximum. Both
/// ends are attained: by the largest one where the weight has one sign and 0 where it has the other. So every partial sum of a block, the
/// pair sums of vpmaddubsw among them, lies between them too.
/// </summary>
internal sealed record BlockProof(int Block, int Lowest, int Highest)
{
    /// <summary>What the words of every proof end with.</summary>
    public const string Ending = " of 16 bits";

    private const int Pair = 2, Lanes = PanelLayout.Columns * PanelLayout.ByteGroup / Pair;

    /// <summary>The lengths tried, the longest first: each doubling halves what is spent on adding blocks up.</summary>
    private static readonly int[] Lengths = [32, 16, 8, 4, 2, 1];

    /// <summary>The proof for the longest block that stays within 16 bits; null when already two products can leave them.</summary>
    /// <param name="packed">See <see cref="Storage.Int8Weights.Values"/>.</param>
    /// <param name="groups">Groups of four rows in a panel.</param>
    /// <param name="anyStart">A block may begin at every group (a convolution skips taps); otherwise at the multiples of its length.
    /// </param>
    /// <param name="maximum">The largest quantized activation, 1…255.</param>
    public static BlockProof? Create(ReadOnlySpan<sbyte> packed, int groups, bool anyStart, int maximum)
    {
        var (negative, positive) = (new int[Lengths.Length], new int[Lengths.Length]);
        var (below, above) = (new short[(groups + 1) * Lanes], new short[(groups + 1) * Lanes]);
        int panelBytes = groups * Lanes * Pair;
        for (int panel = 0; panelBytes > 0 && panel < packed.Length; panel += panelBytes)
        {
            SumUp(MemoryMarshal.Cast<sbyte, short>(packed.Slice(panel, panelBytes)), below, above);
            for (int i = 0; i < Lengths.Length; i++)
            {
                (negative[i], positive[i]) = (Math.Max(negative[i], Largest(below, anyStart, Lengths[i])),
                    Math.Max(positive[i], Largest(above, anyStart, Lengths[i])));
            }
        }

        int longest = Enumerable.Range(0, Lengths.Length).FirstOrDefault(i =>
            positive[i] * maximum <= short.MaxValue && -negative[i] * maximum >= short.MinValue, -1);
        return longest < 0 ? null : new(Lengths[longest], -negative[longest] * maximum, positive[longest] * maximum);
    }

    /// <summary>For comments and the report.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"sums of {Block} group{(Block == 1 ? "" : "s")} of four stay in [{Lowest}, {Highest}]{Ending}");

    /// <summary>
    /// Of a panel, for each lane the sums of the |weights| of either sign in the first 0, 1, 2… groups. They may wrap: differences over
    /// the lengths tried are right.
    /// </summary>
    private static void SumUp(ReadOnlySpan<short> pairs, Span<short> below, Span<short> above)
    {
        for (int i = 0; i < pairs.Length; i += Vector<short>.Count)
        {
            var pair = new Vector<short>(pairs[i..]);
            var (one, other) = (pair << 8 >> 8, pair >> 8);
            (new Vector<short>(below[i..]) - Vector.Min(one, Vector<short>.Zero) - Vector.Min(other, Vector<short>.Zero))
                .CopyTo(below[(i + Lanes)..]);
            (new Vector<short>(above[i..]) + Vector.Max(one, Vector<short>.Zero) + Vector.Max(other, Vector<short>.Zero))
                .CopyTo(above[(i + Lanes)..]);
        }
    }

    /// <summary>The largest sum that one lane of a block meets.</summary>
    private static int Largest(ReadOnlySpan<short> sums, bool anyStart, int length)
    {
        int end = sums.Length - Lanes;
        var largest = Vector<short>.Zero;
        for (int start = 0; start < end; start += anyStart ? Lanes : length * Lanes)
        {
            var before = sums[start..];
            var after = sums[Math.Min(start + (length * Lanes), end)..];
            for (int i = 0; i < Lanes; i += Vector<short>.Count)
            {
                largest = Vector.Max(largest, new Vector<short>(after[i..]) - new Vector<short>(before[i..]));
            }
        }

        return Enumerable.Range(0, Vector<short>.Count).Max(i => largest[i]);
    }
}
