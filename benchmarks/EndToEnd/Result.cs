namespace MixPrec.Benchmarks.EndToEnd;

/// <summary>What a trial found; NaN, null or zero where it did not get so far.</summary>
internal sealed record Result(string Name)
{
    public const string Header = "model,data,calibration samples,fp32 against expected outputs,plan s,worker peak MB,loss,loss error predicted,loss error measured,precisions,test samples,accuracy fp32,accuracy plan,result";

    public string Data { get; init; } = "";

    public int CalibrationSamples { get; init; }

    /// <summary>Whether fp32 gives the expected outputs, in words.</summary>
    public string Float32 { get; init; } = "";

    /// <summary>Life of the worker, from its start to its end.</summary>
    public double PlanSeconds { get; init; } = double.NaN;

    public long PeakBytes { get; init; }

    public int TestSamples { get; init; }

    public double Float32Accuracy { get; init; } = double.NaN;

    public double PlanAccuracy { get; init; } = double.NaN;

    public IReadOnlyDictionary<string, string> Info { get; init; } = new Dictionary<string, string>();

    /// <summary>Code and text of the error that ended the build.</summary>
    public string? Failure { get; init; }

    /// <summary>In the order of <see cref="Header"/>.</summary>
    public IReadOnlyList<string> Cells =>
    [
        Name, Data, $"{CalibrationSamples}", Float32, Number(PlanSeconds, "F0"), PeakBytes == 0 ? "" : $"{PeakBytes >> 20}", Of("loss"),
            Of("predicted"), Of("measured"), Of("precisions"),
        TestSamples == 0 ? "" : $"{TestSamples}", Number(Float32Accuracy, "F4"), Number(PlanAccuracy, "F4"),
            Failure is null ? "budget met" : Failure.Replace('|', '/'),
    ];

    private string Of(string key) => Info.GetValueOrDefault(key, "");

    private static string Number(double value, string format) =>
        double.IsNaN(value) ? "" : value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
}
