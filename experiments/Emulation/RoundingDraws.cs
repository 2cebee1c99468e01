using System.Numerics;
using MixPrec.Experiments.Accumulation;

namespace MixPrec.Experiments.Emulation;

/// <summary>
/// The draws of stochastic rounding: a function of (seed, row, channel, step), so that they depend neither on the order of the work nor on
/// the width of vectors. Every result is (2r + 1)/2^(bits + 1) with a uniform r of <c>bits</c> bits: no draw is 0 or 1, so a number of the
/// format stays.
/// </summary>
internal static class RoundingDraws
{
    /// <summary>As many bits as leave every threshold a float: quantum · 2^−(bits + 1) below a significand of 24 bits.</summary>
    public static int BitsOf(FloatFormat format) => Math.Min(16, 21 - format.MantissaBits);

    /// <summary>What the channels of one step have in common.</summary>
    public static uint Key(uint seed, int row, int step) => Mixed(Mixed(seed ^ (uint)row) + (uint)step);

    public static float Of(uint key, int channel, int bits) =>
        (((Mixed(key ^ (uint)channel) >> (32 - bits)) * 2) + 1) * MathF.ScaleB(1, -bits - 1);

    /// <summary>The draws of channels <paramref name="first"/> and on, one per lane.</summary>
    public static Vector<float> Of(uint key, int first, int bits, Vector<uint> lanes)
    {
        var draws = Mixed((lanes + new Vector<uint>((uint)first)) ^ new Vector<uint>(key)) >>> (32 - bits);
        return Vector.ConvertToSingle(Vector.AsVectorInt32(draws + draws + Vector<uint>.One)) * MathF.ScaleB(1, -bits - 1);
    }

    // The finaliser of MurmurHash3: every bit of the argument reaches every bit of the result.
    private static uint Mixed(uint x)
    {
        x = (x ^ (x >> 16)) * 0x85EBCA6B;
        x = (x ^ (x >> 13)) * 0xC2B2AE35;
        return x ^ (x >> 16);
    }

    private static Vector<uint> Mixed(Vector<uint> x)
    {
        x = (x ^ (x >>> 16)) * new Vector<uint>(0x85EBCA6B);
        x = (x ^ (x >>> 13)) * new Vector<uint>(0xC2B2AE35);
        return x ^ (x >>> 16);
    }
}
