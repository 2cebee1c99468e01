using System.Numerics;
using System.Runtime.CompilerServices;

namespace MixPrec.Experiments.Emulation;

/// <summary>
/// Rounds fused multiply-adds to a format, one per lane. The hardware's FMA rounds a·b + c to float first; a second rounding would be wrong
/// only where that float is a threshold of the format (a midpoint, or the drawn point of stochastic rounding): rounding is monotone and
/// thresholds are floats, so every other float lies on the same side of them as the exact sum. Lanes on a threshold, and lanes that may
/// overflow, are left to <see cref="RoundedSum"/>.
/// </summary>
internal readonly struct VectorRounding
{
    // Above, the magic number would overflow.
    private static readonly double LargestVector = Math.ScaleB(1, 100);
    private readonly FloatFormat _format;
    private readonly Vector<int> _lowest, _magic;
    private readonly Vector<float> _half, _limit;
    private readonly Vector<uint> _lanes;
    private readonly int _bits;

    public VectorRounding(FloatFormat format)
    {
        _format = format;
        _lowest = new Vector<int>(BitConverter.SingleToInt32Bits(MathF.ScaleB(1, format.LowestExponent)));
        _magic = new Vector<int>(((23 - format.MantissaBits) << 23) + (1 << 22));
        _half = new Vector<float>((float)format.UnitRoundoff);
        _limit = new Vector<float>((float)Math.Min(format.Largest, LargestVector));
        _lanes = Vector<uint>.Indices;
        _bits = RoundingDraws.BitsOf(format);
    }

    /// <summary>a·b + c rounded to nearest even where <paramref name="decided"/> has all bits set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> MultiplyAdd(Vector<float> a, Vector<float> b, Vector<float> c, out Vector<int> decided)
    {
        var sum = Vector.FusedMultiplyAdd(a, b, c);
        var nearest = Nearest(sum, out var half);
        decided = Vector.LessThan(Vector.Abs(sum - nearest), half) & Vector.LessThanOrEqual(Vector.Abs(sum), _limit);
        return nearest;
    }

    /// <summary>a·b + c rounded stochastically where <paramref name="decided"/> has all bits set.</summary>
    public Vector<float> MultiplyAdd(Vector<float> a, Vector<float> b, Vector<float> c, uint key, int channel, out Vector<int> decided)
    {
        var sum = Vector.FusedMultiplyAdd(a, b, c);
        var magnitude = Vector.Abs(sum);
        var lower = Nearest(magnitude, out var half);
        var quantum = half + half;
        lower = Vector.ConditionalSelect(Vector.GreaterThan(lower, magnitude), lower - quantum, lower);
        var threshold = Vector.FusedMultiplyAdd(RoundingDraws.Of(key, channel, _bits, _lanes), quantum, lower);
        decided = Vector.OnesComplement(Vector.Equals(magnitude, threshold)) & Vector.LessThanOrEqual(magnitude, _limit);
        return Vector.CopySign(Vector.ConditionalSelect(Vector.GreaterThan(magnitude, threshold), lower + quantum, lower), sum);
    }

    /// <summary>Replaces the lanes of <paramref name="rounded"/> that are not decided.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Vector<float> Decide(Vector<float> rounded, Vector<int> decided, Vector<float> a, Vector<float> b, Vector<float> c, uint? key,
        int channel)
    {
        for (int i = 0; i < Vector<float>.Count; i++)
        {
            if (decided[i] == 0)
            {
                double draw = key is { } given ? RoundingDraws.Of(given, channel + i, _bits) : double.NaN;
                rounded = rounded.WithElement(i, (float)RoundedSum.Of(_format, (double)a[i] * b[i], c[i], draw));
            }
        }

        return rounded;
    }

    /// <summary>
    /// The nearest multiple of the quantum, ties to even: adding 1.5·2^23 quanta makes the quantum the last place of the sum.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<float> Nearest(Vector<float> sum, out Vector<float> half)
    {
        var exponent = Vector.Max(Vector.AsVectorInt32(sum) & new Vector<int>(0x7F800000), _lowest);
        var magic = Vector.AsVectorSingle(exponent + _magic);
        half = Vector.AsVectorSingle(exponent) * _half;
        return sum + magic - magic;
    }
}
