using System.Globalization;

namespace MixPrec.Compiler.Lowering.Packing;

/// <summary>
/// That sums in 16 bits are exact: over any block of <see cref="Block"/> groups of four packed weights, the products of the groups' first two weights, and of
/// their last two, sum to <see cref="Lowest"/>…<see cref="Highest"/> for all activation codes in 0…maximum. Both ends are attained: by the largest code where the
/// weight has one sign and 0 where it has the other. So every partial sum of a block, the pair sums of vpmaddubsw among them, lies between them too.
/// </summary>
internal sealed record BlockProof(int Block, int Lowest, int Highest)
{
    private const int Columns = PanelPacker.PanelColumns, Group = 4, Pair = 2;

    /// <summary>The lengths tried, the longest first: each doubling halves what is spent on adding blocks up.</summary>
    private static readonly int[] Lengths = [32, 16, 8, 4, 2, 1];

    /// <summary>The proof for the longest block that stays within 16 bits; null when already two products can leave them.</summary>
    /// <param name="packed">See <see cref="PanelPacker.PackS8"/>.</param>
    /// <param name="groups">Groups of four rows in a panel.</param>
    /// <param name="anyStart">A block may begin at every group (a convolution skips taps); otherwise at the multiples of its length.</param>
    /// <param name="maximum">The largest activation code, 1…255.</param>
    public static BlockProof? Of(ReadOnlySpan<sbyte> packed, int groups, bool anyStart, int maximum)
    {
        foreach (int length in Lengths)
        {
            var (negative, positive) = Largest(packed, groups, anyStart, length);
            if (positive * maximum <= short.MaxValue && -negative * maximum >= short.MinValue)
            {
                return new(length, -negative * maximum, positive * maximum);
            }
        }

        return null;
    }

    /// <summary>For comments and the report.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"sums of {Block} group{(Block == 1 ? "" : "s")} of four stay in [{Lowest}, {Highest}] of 16 bits");

    /// <summary>The largest sum of |weights| of either sign that one lane of a block meets.</summary>
    private static (int Negative, int Positive) Largest(ReadOnlySpan<sbyte> packed, int groups, bool anyStart, int length)
    {
        int negative = 0, positive = 0;
        for (int lane = 0; groups > 0 && lane < packed.Length / (groups * Pair); lane++)
        {
            var weights = packed[(((lane / (Columns * Pair) * groups * Columns) + (lane / Pair % Columns)) * Group + (lane % Pair * Pair))..];
            int below = 0, above = 0;
            for (int group = 0; group < groups; group++)
            {
                if (anyStart && group >= length)
                {
                    Count(weights, group - length, -1, ref below, ref above);
                }
                else if (!anyStart && group % length == 0)
                {
                    (below, above) = (0, 0);
                }

                Count(weights, group, 1, ref below, ref above);
                (negative, positive) = (Math.Max(negative, below), Math.Max(positive, above));
            }
        }

        return (negative, positive);
    }

    private static void Count(ReadOnlySpan<sbyte> weights, int group, int sign, ref int below, ref int above)
    {
        for (int i = 0; i < Pair; i++)
        {
            int weight = weights[(group * Columns * Group) + i];
            below += sign * Math.Max(-weight, 0);
            above += sign * Math.Max(weight, 0);
        }
    }
}
