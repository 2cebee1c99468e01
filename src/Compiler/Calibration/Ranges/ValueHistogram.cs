namespace MixPrec.Compiler.Calibration.Ranges;

/// <summary>
/// Counts of values in bins [i·w, (i + 1)·w), −4096 ≤ i &lt; 4096, with w a power of two that doubles whenever a value lies outside: pairs
/// of neighbours become one bin and nothing is lost or split, so the result does not depend on how values are cut into batches.
/// </summary>
internal sealed class ValueHistogram
{
    private const int Half = 4096;

    /// <summary>Smallest exponent of w, so that 1/w stays finite.</summary>
    private const int SmallestExponent = -120;

    private readonly long[] _counts = new long[2 * Half];
    private readonly double[] _sums = new double[2 * Half];
    private int _exponent = SmallestExponent;

    public long Count { get; private set; }

    /// <summary>The bins that hold values, ascending.</summary>
    /// <returns>Number of values, their mean, and the edges of the bin.</returns>
    public IEnumerable<HistogramBin> Bins
    {
        get
        {
            double width = Math.ScaleB(1, _exponent);
            return Enumerable.Range(0, 2 * Half).Where(i => _counts[i] > 0)
                .Select(i => new HistogramBin(_counts[i], _sums[i] / _counts[i], (i - Half) * width, (i - Half + 1) * width));
        }
    }

    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        double perWidth = Math.ScaleB(1, -_exponent);
        foreach (float value in values)
        {
            double position = Math.Floor(value * perWidth);
            if (!(position >= -Half && position < Half))
            {
                WidenFor(value);
                perWidth = Math.ScaleB(1, -_exponent);
                position = Math.Floor(value * perWidth);
            }

            int bin = (int)position + Half;
            _counts[bin]++;
            _sums[bin] += value;
        }

        Count += values.Length;
    }

    private void WidenFor(float value)
    {
        if (!float.IsFinite(value))
        {
            throw new ArgumentException($"{value} has no place in a histogram");
        }

        int wanted = _exponent;
        while (Math.Floor(Math.ScaleB(value, -wanted)) is < -Half or >= Half)
        {
            wanted++;
        }

        int shift = wanted - _exponent;
        _exponent = wanted;
        // From the middle outwards, every bin moves towards it: what is written has been read.
        for (int i = 0; i < Half; i++)
        {
            Move(Half + i, Half + (int)((uint)i >> Math.Min(shift, 31)));
            Move(Half - 1 - i, Half - 1 - (int)((uint)i >> Math.Min(shift, 31)));
        }
    }

    private void Move(int from, int to)
    {
        if (from != to)
        {
            (_counts[to], _sums[to]) = (_counts[to] + _counts[from], _sums[to] + _sums[from]);
            (_counts[from], _sums[from]) = (0, 0);
        }
    }
}

/// <summary><paramref name="Count"/> values in [<paramref name="Lower"/>, <paramref name="Upper"/>) with their mean.</summary>
internal readonly record struct HistogramBin(long Count, double Mean, double Lower, double Upper);
