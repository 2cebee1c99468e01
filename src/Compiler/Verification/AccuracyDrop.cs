using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Verification;

/// <summary>What a plan loses of the top-1 accuracy that fp32 has on labelled samples, counted sample by sample.</summary>
/// <param name="Right">Samples that fp32 gets right.</param>
/// <param name="Lost">Of those the ones that the plan gets wrong.</param>
/// <param name="Won">Samples that the plan alone gets right.</param>
internal sealed record AccuracyDrop(int Right, int Lost, int Won, int Samples)
{
    /// <summary>The one-sided 95 % quantile of the normal distribution.</summary>
    private const double Quantile = 1.6448536269514722;

    /// <summary>Halvings of an interval of length 2 at most, to below what a number tells apart.</summary>
    private const int Bisections = 60;

    public double Float32Accuracy => (double)Right / Samples;

    public double PlanAccuracy => (double)(Right - Lost + Won) / Samples;

    /// <summary>Accuracy lost, in points of a hundred; negative where it rises.</summary>
    public double Points => 100.0 * (Lost - Won) / Samples;

    /// <summary>
    /// One-sided 95 % bound of <see cref="Points"/>: the score interval for the difference of matched proportions (Tango, "Equivalence test
    /// and confidence interval for the difference in proportions for the paired-sample design", 1998). Unlike a bootstrap it is above 0
    /// where no sample changed: few samples prove little.
    /// </summary>
    public double UpperBound95
    {
        get
        {
            double low = (double)(Lost - Won) / Samples, high = 1;
            for (int step = 0; step < Bisections; step++)
            {
                double middle = (low + high) / 2;
                (low, high) = Score(middle) >= -Quantile ? (middle, high) : (low, middle);
            }

            return 100 * high;
        }
    }

    /// <summary>The fewest samples with which a plan that changes no answer is known to lose no more than some points.</summary>
    public static int SamplesFor(double points) =>
        (int)Math.Min(int.MaxValue, Math.Max(1, Math.Ceiling(Quantile * Quantile * ((100 / points) - 1))));

    /// <summary>Null where outputs are no rows of class scores with one label each.</summary>
    /// <param name="float32">Outputs of each run in fp32.</param>
    /// <param name="plan">Outputs of the same runs with the plan.</param>
    /// <param name="labels">Of each run.</param>
    public static AccuracyDrop? Compute(IEnumerable<IReadOnlyList<Tensor>> float32, IEnumerable<IReadOnlyList<Tensor>> plan,
        IEnumerable<Tensor?> labels)
    {
        int right = 0, lost = 0, won = 0, samples = 0;
        foreach (var (one, other, given) in float32.Zip(plan, labels))
        {
            if (given is null || Top1.Classes(one) is not { } before || Top1.Classes(other) is not { } after
                || given.Length != before.Length)
            {
                return null;
            }

            foreach (var ((was, now), label) in before.Zip(after).Zip(given.Span<long>().ToArray()))
            {
                samples++;
                right += was == label ? 1 : 0;
                lost += was == label && now != label ? 1 : 0;
                won += was != label && now == label ? 1 : 0;
            }
        }

        return samples == 0 ? null : new(right, lost, won, samples);
    }

    /// <summary>
    /// How far the counts lie from what a true drop would give, in standard deviations under the share of won samples that is then the most
    /// likely.
    /// </summary>
    private double Score(double drop)
    {
        double linear = (((2.0 * Samples) - Lost + Won) * drop) - Lost - Won;
        double won = (-linear + Math.Sqrt(Math.Max(0, (linear * linear) + (8.0 * Samples * Won * drop * (1 - drop))))) / (4.0 * Samples);
        double variance = Samples * ((2 * won) + (drop * (1 - drop))), excess = Lost - Won - (Samples * drop);
        return variance > 0 ? excess / Math.Sqrt(variance) : excess < 0 ? double.NegativeInfinity : 0;
    }
}
