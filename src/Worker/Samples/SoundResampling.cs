namespace MixPrec.Worker.Samples;

/// <summary>
/// Another number of frames a second: each new frame is what a sinc at the lower of both rates makes of the old ones around it, under a
/// Hann window of <see cref="Crossings"/> zero crossings on either side.
/// </summary>
internal static class SoundResampling
{
    private const int Crossings = 24;

    /// <summary>Below the half of the lower rate, so that what the window lets through above it is weak.</summary>
    private const double Cutoff = 0.95;

    /// <summary>Old frames that one new frame needs on either side.</summary>
    public static int Reach(int from, int to) => (int)Math.Ceiling(Crossings / Ratio(from, to));

    /// <param name="frames">Of the old rate, beginning <paramref name="before"/> frames before the first that is wanted.</param>
    /// <param name="start">Where the first new frame lies, in old frames behind those before; 0…1.</param>
    /// <param name="count">Of new frames.</param>
    public static float[] Convert(ReadOnlySpan<float> frames, int before, double start, int from, int to, int count)
    {
        double ratio = Ratio(from, to), reach = Crossings / ratio;
        var result = new float[count];
        for (int i = 0; i < count; i++)
        {
            double middle = before + start + ((double)i * from / to), sum = 0;
            int first = Math.Max(0, (int)Math.Ceiling(middle - reach)), end = Math.Min(frames.Length - 1, (int)Math.Floor(middle + reach));
            for (int k = first; k <= end; k++)
            {
                sum += frames[k] * Weight(k - middle, ratio, reach);
            }

            result[i] = (float)sum;
        }

        return result;
    }

    private static double Ratio(int from, int to) => Cutoff * Math.Min(1, (double)to / from);

    private static double Weight(double distance, double ratio, double reach)
    {
        double x = Math.PI * ratio * distance;
        return ratio * (Math.Abs(x) < 1e-9 ? 1 : Math.Sin(x) / x) * (0.5 + (0.5 * Math.Cos(Math.PI * distance / reach)));
    }
}
