using System.Globalization;

namespace MixPrec.Compiler.Sensitivity;

/// <summary>How predictions go with measurements of the same positive quantity.</summary>
/// <param name="Correlation">Pearson's, of the logarithms.</param>
/// <param name="Low">First decile of predicted / measured.</param>
/// <param name="High">Last decile.</param>
internal sealed record Fit(double Correlation, double Low, double Median, double High)
{
    public static Fit Compute(IReadOnlyList<double> predicted, IReadOnlyList<double> measured)
    {
        (double X, double Y)[] points = [.. predicted.Zip(measured).Where(p => p.First > 0 && p.Second > 0)
            .Select(p => (Math.Log(p.First), Math.Log(p.Second)))];
        double meanX = points.Average(p => p.X), meanY = points.Average(p => p.Y);
        double covariance = points.Sum(p => (p.X - meanX) * (p.Y - meanY));
        double correlation = covariance / Math.Sqrt(points.Sum(p => Math.Pow(p.X - meanX, 2)) * points.Sum(p => Math.Pow(p.Y - meanY, 2)));
        double[] ratios = [.. points.Select(p => Math.Exp(p.X - p.Y)).Order()];
        return new Fit(correlation, Quantile(ratios, 0.1), Quantile(ratios, 0.5), Quantile(ratios, 0.9));
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Correlation:F3} | {Low:F2} | {Median:F2} | {High:F2}");

    private static double Quantile(double[] sorted, double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
}
