using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Timing;

/// <summary>
/// What cores can do at most, measured in this process with the instructions of the kernels that it has chosen: multiply-adds and bytes
/// read, a nanosecond.
/// </summary>
internal sealed unsafe class MachineRoofs
{
    private const int Calls = 41;

    /// <summary>Long against the tick of the clock, which the reading of a small extent is not.</summary>
    private const double LeastNanoseconds = 100_000;

    private static readonly int[] s_extents = [16 << 10, 512 << 10, 4 << 20, 32 << 20];

    private readonly double[] _reads = new double[s_extents.Length];

    /// <param name="threads">Each on a core of its own, as far as there are cores: all but memory is there for each of them.</param>
    public MachineRoofs(int threads = 1)
    {
        int cores = Math.Min(threads, Environment.ProcessorCount);
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)s_extents[^1], 64);
        try
        {
            // Pages that were never written are one page of zeros, which stays in the cache.
            NativeMemory.Fill(memory, (nuint)s_extents[^1], 1);
            for (int i = 0; i < s_extents.Length; i++)
            {
                _reads[i] = Rate(s_extents[i], Roof.Reading(memory, s_extents[i])) * (i < s_extents.Length - 1 ? cores : 1);
            }

            Float32 = Rate(Roof.MultiplyAdds(out var fma), fma) * cores;
            Bytes = ByteRate(Exactness.Any);
            SevenBits = ByteRate(Exactness.SevenBit);
            Blocks = ByteRate(Exactness.Blocks(2));
            Pairs = Rate(AccumulatorRoof.MultiplyAdds(ChosenPairTile.Preferred, (sbyte*)memory, out var pairs), pairs) * cores;
            Shorts = Rate(AccumulatorRoof.MultiplyAdds(ChosenShortTile.Preferred, (sbyte*)memory, out var shorts), shorts) * cores;
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }

        double ByteRate(Exactness known) =>
            Rate(AccumulatorRoof.MultiplyAdds(ChosenByteTiles.For(known), (sbyte*)memory, out var once), once) * cores;
    }

    /// <summary>Multiply-adds a nanosecond in fp32.</summary>
    public double Float32 { get; }

    /// <summary>Of any u8 × s8.</summary>
    public double Bytes { get; }

    /// <summary>Of activations up to 127.</summary>
    public double SevenBits { get; }

    /// <summary>Of sums in 16 bits.</summary>
    public double Blocks { get; }

    /// <summary>Of bf16 × bf16.</summary>
    public double Pairs { get; }

    /// <summary>Of s16 × s16.</summary>
    public double Shorts { get; }

    /// <summary>All in one line.</summary>
    public string Words => string.Create(CultureInfo.InvariantCulture,
        $"fp32 {Float32:F0} GMAC/s, u8 × s8 {Bytes:F0}, 7 bits × s8 {SevenBits:F0}, 16-bit sums {Blocks:F0}, bf16 × bf16 {Pairs:F0}, "
        + $"s16 × s16 {Shorts:F0}; reading {Reading(1):F0} GB/s from the first cache, {Reading(double.MaxValue):F0} from memory");

    /// <summary>Bytes a nanosecond, of data of a size that repeat.</summary>
    public double Reading(double bytes) => _reads[Math.Min(s_extents.Length - 1, s_extents.Count(e => e < bytes))];

    /// <summary>The fastest of many calls is the one that nothing disturbed: a roof is what there is at most.</summary>
    private static double Rate(double work, Action once)
    {
        // The first call compiles it.
        once();
        int together = 1;
        while (Nanoseconds(once, together) < LeastNanoseconds)
        {
            together *= 2;
        }

        return work * together / Enumerable.Range(0, Calls).Min(_ => Nanoseconds(once, together));
    }

    private static double Nanoseconds(Action once, int together)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < together; i++)
        {
            once();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}
