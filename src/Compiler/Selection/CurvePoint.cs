namespace MixPrec.Compiler.Selection;

/// <summary>A plan of a trade-off curve as it was measured.</summary>
/// <param name="Strategy">What chose it: an objective of the integer program, a baseline, or <c>fp32</c>.</param>
/// <param name="ErrorBudget">The least budget at which it was chosen; 0 for fp32.</param>
/// <param name="MeasuredMicroseconds">Of the whole network; NaN where times come from a timing table.</param>
/// <param name="Float32Microseconds">Of fp32, beside it.</param>
/// <param name="WeightBytes">Of the weights file.</param>
/// <param name="QuantizedLayers">Layers that are not in fp32.</param>
internal sealed record CurvePoint(string Strategy, double ErrorBudget, double PredictedError, double MeasuredError, double UpperBound95,
    double PredictedMicroseconds, double MeasuredMicroseconds, double Float32Microseconds, long WeightBytes, int QuantizedLayers)
{
    /// <summary>Whether no other plan of the curve is at least as good in error, time and bytes and better in one.</summary>
    public bool IsOnFront { get; init; }

    /// <summary>
    /// Time as a share of that of fp32: plans are timed one after the other, each beside fp32, and a machine has faster and slower hours.
    /// </summary>
    public double RelativeTime => Microseconds / Float32Microseconds;

    private double Microseconds => double.IsFinite(MeasuredMicroseconds) ? MeasuredMicroseconds : PredictedMicroseconds;

    /// <summary>The points with the front marked.</summary>
    public static IReadOnlyList<CurvePoint> WithFront(IReadOnlyList<CurvePoint> points) =>
        [.. points.Select(p => p with { IsOnFront = !points.Any(other => other.Dominates(p)) })];

    private bool Dominates(CurvePoint other) =>
        MeasuredError <= other.MeasuredError && RelativeTime <= other.RelativeTime && WeightBytes <= other.WeightBytes
        && (MeasuredError < other.MeasuredError || RelativeTime < other.RelativeTime || WeightBytes < other.WeightBytes);
}
