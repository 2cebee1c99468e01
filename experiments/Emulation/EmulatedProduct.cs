using System.Numerics;
using System.Runtime.CompilerServices;

namespace MixPrec.Experiments.Emulation;

/// <summary>
/// v = x·W + b in an emulated accumulator: for each channel i of a row, blocks of terms k: s ← fl(s + x_k·W_ki) from s = 0, then o ← fl(o +
/// s); at last v_i = fl(o + b_i). Operands stay float. Terms with x_k = 0 and blocks of nothing else are passed over: their roundings
/// change nothing.
/// </summary>
internal static class EmulatedProduct
{
    /// <summary>Rows that go through a panel together while it is in the cache.</summary>
    private const int RowsAtOnce = 64;

    /// <param name="x">[rows, depth], finite.</param>
    /// <param name="bias">[channels].</param>
    /// <param name="output">[rows, channels].</param>
    /// <param name="wanted">[rows, channels]: panels of a row in which nothing is wanted are passed over; null for everything.</param>
    public static void Run(Accumulator accumulator, float[] x, PackedColumns weights, float[] bias, float[] output, bool[]? wanted = null)
    {
        int depth = weights.Depth, channels = weights.Channels, rows = x.Length / depth;
        var rounding = new VectorRounding(accumulator.Format);
        Parallel.For(0, (rows + RowsAtOnce - 1) / RowsAtOnce, chunk =>
        {
            Span<float> results = stackalloc float[PackedColumns.Width];
            Span<float> shift = stackalloc float[PackedColumns.Width];
            for (int panel = 0; panel < weights.Panels; panel++)
            {
                int first = panel * PackedColumns.Width, width = Math.Min(PackedColumns.Width, channels - first);
                bias.AsSpan(first, width).CopyTo(shift);
                for (int row = chunk * RowsAtOnce; row < Math.Min(rows, (chunk + 1) * RowsAtOnce); row++)
                {
                    int place = (row * channels) + first;
                    if (wanted is null || wanted.AsSpan(place, width).Contains(true))
                    {
                        Panel(rounding, accumulator, x.AsSpan(row * depth, depth), weights.Panel(panel), shift, results, row, first);
                        results[..width].CopyTo(output.AsSpan(place));
                    }
                }
            }
        });
    }

    private static void Panel(
        VectorRounding rounding, Accumulator accumulator, ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias,
            Span<float> results, int row, int channel)
    {
        int width = PackedColumns.Width, step = 0;
        var outer = default(Chains);
        for (int start = 0; start < x.Length; start += accumulator.BlockLength)
        {
            var inner = default(Chains);
            bool any = false;
            int end = Math.Min(start + accumulator.BlockLength, x.Length);
            for (int k = start; k < end; k++, step++)
            {
                if (x[k] != 0)
                {
                    any = true;
                    inner = Add(rounding, new Vector<float>(x[k]), Chains.Load(weights[(k * width)..]), inner, Key(accumulator, row, step),
                        channel);
                }
            }

            outer = any ? Add(rounding, Vector<float>.One, inner, outer, Key(accumulator, row, step), channel) : outer;
            step++;
        }

        Add(rounding, Vector<float>.One, Chains.Load(bias), outer, Key(accumulator, row, step), channel).Store(results);
    }

    private static uint? Key(Accumulator accumulator, int row, int step) =>
        accumulator.Seed is { } seed ? RoundingDraws.Key(seed, row, step) : null;

    /// <summary>sums + a·b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Chains Add(in VectorRounding rounding, Vector<float> a, Chains b, Chains sums, uint? key, int channel)
    {
        Chains results;
        Vector<int> d0, d1, d2, d3;
        int lanes = Vector<float>.Count;
        if (key is { } draw)
        {
            results.V0 = rounding.MultiplyAdd(a, b.V0, sums.V0, draw, channel, out d0);
            results.V1 = rounding.MultiplyAdd(a, b.V1, sums.V1, draw, channel + lanes, out d1);
            results.V2 = rounding.MultiplyAdd(a, b.V2, sums.V2, draw, channel + (2 * lanes), out d2);
            results.V3 = rounding.MultiplyAdd(a, b.V3, sums.V3, draw, channel + (3 * lanes), out d3);
        }
        else
        {
            results.V0 = rounding.MultiplyAdd(a, b.V0, sums.V0, out d0);
            results.V1 = rounding.MultiplyAdd(a, b.V1, sums.V1, out d1);
            results.V2 = rounding.MultiplyAdd(a, b.V2, sums.V2, out d2);
            results.V3 = rounding.MultiplyAdd(a, b.V3, sums.V3, out d3);
        }

        if (!Vector.EqualsAll(d0 & d1 & d2 & d3, Vector<int>.AllBitsSet))
        {
            results.V0 = rounding.Decide(results.V0, d0, a, b.V0, sums.V0, key, channel);
            results.V1 = rounding.Decide(results.V1, d1, a, b.V1, sums.V1, key, channel + lanes);
            results.V2 = rounding.Decide(results.V2, d2, a, b.V2, sums.V2, key, channel + (2 * lanes));
            results.V3 = rounding.Decide(results.V3, d3, a, b.V3, sums.V3, key, channel + (3 * lanes));
        }

        return results;
    }

    /// <summary>The sums of a panel.</summary>
    private struct Chains
    {
        public Vector<float> V0, V1, V2, V3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Chains Load(ReadOnlySpan<float> from)
        {
            int lanes = Vector<float>.Count;
            return new Chains { V0 = new(from), V1 = new(from[lanes..]), V2 = new(from[(2 * lanes)..]), V3 = new(from[(3 * lanes)..]) };
        }

        public readonly void Store(Span<float> to)
        {
            int lanes = Vector<float>.Count;
            V0.CopyTo(to);
            V1.CopyTo(to[lanes..]);
            V2.CopyTo(to[(2 * lanes)..]);
            V3.CopyTo(to[(3 * lanes)..]);
        }
    }
}
