namespace MixPrec.Compiler.Verification;

/// <summary>
/// Relative root mean square error of the loss, √(E[Δg²] / E[g²]), with its one-sided 95 % bound by bootstrap over samples.
/// </summary>
internal sealed record LossError(double Value, double UpperBound95, int Samples)
{
    /// <summary>
    /// Of fewer samples not one lies above the 95 % quantile, and the quantile of their resamples is little more than what they happen to
    /// be; of a single one it is its own error.
    /// </summary>
    public const int EnoughSamples = 20;

    private const int Resamples = 1000;

    /// <param name="reference">Loss of each sample in fp32.</param>
    /// <param name="measured">Loss of each sample with the plan.</param>
    public static LossError Compute(IReadOnlyList<double> reference, IReadOnlyList<double> measured)
    {
        var random = new Random(20250513);
        double[] change = [.. reference.Zip(measured, (g, m) => (m - g) * (m - g))], scale = [.. reference.Select(g => g * g)];
        var resampled = new double[Resamples];
        for (int i = 0; i < Resamples; i++)
        {
            double error = 0, loss = 0;
            for (int r = 0; r < change.Length; r++)
            {
                int sample = random.Next(change.Length);
                error += change[sample];
                loss += scale[sample];
            }

            resampled[i] = Ratio(error, loss);
        }

        Array.Sort(resampled);
        return new(Ratio(change.Sum(), scale.Sum()), resampled[(int)(0.95 * (Resamples - 1))], change.Length);
    }

    private static double Ratio(double error, double loss) => error == 0 ? 0 : Math.Sqrt(error / loss);
}
