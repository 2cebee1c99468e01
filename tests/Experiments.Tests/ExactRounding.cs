using System.Numerics;
using MixPrec.Experiments.Emulation;

namespace MixPrec.Experiments.Tests;

/// <summary>
/// The definition of rounding without floating-point arithmetic: exact numbers as integer multiples of 2^−<see cref="Scale"/>, and the
/// list of all magnitudes of the format, one more than there are so that overflow is a rounding like any other.
/// </summary>
internal sealed class ExactRounding
{
    private const int Scale = 400;
    private readonly FloatFormat _format;
    private readonly BigInteger[] _magnitudes;

    public ExactRounding(FloatFormat format)
    {
        _format = format;
        int codes = 1 << (format.ExponentBits + format.MantissaBits);
        var finite = Enumerable.Range(0, codes).Select(format.Decode).Where(double.IsFinite).Select(Of).ToArray();
        _magnitudes = [.. finite, (2 * finite[^1]) - finite[^2]];
    }

    /// <summary>Every double of at least 2^−<see cref="Scale"/> is an integer multiple of it here.</summary>
    public static BigInteger Of(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger significand = (bits & ((1L << 52) - 1)) | (exponent == 0 ? 0 : 1L << 52);
        int shift = Math.Max(exponent, 1) - 1075 + Scale;
        return (bits < 0 ? -1 : 1) * (shift >= 0 ? significand << shift : significand >> -shift);
    }

    /// <summary>a·b exactly.</summary>
    public static BigInteger Product(float a, float b) => (Of(a) * Of(b)) >> Scale;

    /// <summary>To nearest even, or upwards where the part above the lower neighbour exceeds <paramref name="draw"/>.</summary>
    public double Round(BigInteger exact, double? draw = null)
    {
        var magnitude = BigInteger.Abs(exact);
        double sign = exact.Sign < 0 ? -1 : 1;
        int place = Array.BinarySearch(_magnitudes, magnitude);
        if (place < 0)
        {
            int upper = Math.Min(~place, _magnitudes.Length - 1), lower = upper - 1;
            var gap = _magnitudes[upper] - _magnitudes[lower];
            var above = magnitude - _magnitudes[lower];
            var threshold = draw is { } drawn ? (gap * Of(drawn)) >> Scale : gap / 2;
            place = above > threshold || (above == threshold && draw is null && upper % 2 == 0) ? upper : lower;
        }

        return place < _magnitudes.Length - 1 ? sign * (double)_format.Decode(place)
            : _format.Saturates ? sign * _format.Largest
            : _format.Top == TopExponent.Reserved ? sign * double.PositiveInfinity : double.NaN;
    }
}
