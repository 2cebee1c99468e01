using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Verification;

namespace MixPrec.Compiler.Report;

/// <summary>
/// Everything the report of one compilation shows. What a failed or skipped compilation never reached stays at its default: NaN, 0 or
/// an empty list; the page leaves those parts out. Names come from model files and are untrusted; the page escapes them.
/// </summary>
internal sealed record BuildReport
{
    public required string ClassName { get; init; }

    /// <summary>File name of the model, without its folder.</summary>
    public required string Model { get; init; }

    /// <summary>Id and line of the diagnostic that ended the build; null when it succeeded.</summary>
    public ReportFailure? Failure { get; init; }

    /// <summary>The decisions and their numbers were taken from the lock file: this build measured nothing.</summary>
    public bool IsFromLock { get; init; }

    /// <summary>Plans that the lock file holds besides: what each is for, by key.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> OtherPlans { get; init; } = [];

    /// <summary>The metadata that matter, by name, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>The CPU, its instruction set and the threads.</summary>
    public string Machine { get; init; } = "";

    public string Loss { get; init; } = "";

    /// <summary>Why that loss was taken; empty where it is not known (decisions of a lock file).</summary>
    public string LossReason { get; init; } = "";

    /// <summary>Errors of single outputs, where those of several are bounded; empty where they are not, or not known.</summary>
    public IReadOnlyList<ReportOutput> Outputs { get; init; } = [];

    public int CalibrationSamples { get; init; }

    public int HeldOutSamples { get; init; }

    /// <summary>τ, a relative root mean square error of the loss like the errors below.</summary>
    public double ErrorBudget { get; init; } = double.NaN;

    public double PredictedError { get; init; } = double.NaN;

    /// <summary>Of the emitted code on the held-out samples.</summary>
    public double MeasuredError { get; init; } = double.NaN;

    /// <summary>One-sided 95 % bound of <see cref="MeasuredError"/>: what has to meet the budget.</summary>
    public double UpperBound95 { get; init; } = double.NaN;

    /// <summary>Share of held-out samples with the same largest output, 0…1.</summary>
    public double Top1Agreement { get; init; } = double.NaN;

    public double? MinTop1Agreement { get; init; }

    /// <summary>Of labelled held-out samples; null where there are no labels, or decisions come from a lock file.</summary>
    public AccuracyDrop? Accuracy { get; init; }

    /// <summary>Microseconds of one run; all three of the whole network.</summary>
    public double Float32Microseconds { get; init; } = double.NaN;

    public double PredictedMicroseconds { get; init; } = double.NaN;

    public double MeasuredMicroseconds { get; init; } = double.NaN;

    /// <summary>Bytes of all weights in fp32, and as packed.</summary>
    public long Float32WeightBytes { get; init; }

    public long WeightBytes { get; init; }

    /// <summary>Weights below the smallest normal fp32 number that were set to zero.</summary>
    public long SubnormalWeights { get; init; }

    /// <summary>Quantizable layers in the order they run.</summary>
    public IReadOnlyList<ReportLayer> Layers { get; init; } = [];

    public IReadOnlyList<ReportSubgraph> Subgraphs { get; init; } = [];

    /// <summary>What each step takes in the network; empty where nothing was timed, or decisions come from a lock file.</summary>
    public IReadOnlyList<ProfiledStep> Steps { get; init; } = [];

    /// <summary>What the machine can do at most, in words; empty without <see cref="Steps"/>.</summary>
    public string Roofs { get; init; } = "";

    /// <summary>The unit of gains: <c>ns</c> for Time and Macs, <c>B</c> for Memory.</summary>
    public string GainUnit { get; init; } = "ns";

    /// <summary>Whether times saved follow from multiplications and the throughput of formats; nothing was timed.</summary>
    public bool GainIsModelled { get; init; }

    /// <summary>What a gain is, as the heading of a column.</summary>
    public string GainWords => GainUnit == "B" ? "bytes saved" : GainIsModelled ? "time saved, modelled" : "time saved";

    /// <summary>The solver's answer; null when it was not asked (decisions of a lock file).</summary>
    public ReportSolver? Solver { get; init; }

    public IReadOnlyList<ParetoPoint> TradeOff { get; init; } = [];

    /// <summary>Plans for other budgets, objectives and baselines as they measure; empty where nobody asked for them.</summary>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];

    /// <summary>Every plan that was compiled and measured on the way to the one that ships, in their order.</summary>
    public IReadOnlyList<ReportPlan> MeasuredPlans { get; init; } = [];

    /// <summary>What simpler strategies are predicted to gain, for the same budgets as <see cref="TradeOff"/>.</summary>
    public IReadOnlyList<ReportBaseline> Baselines { get; init; } = [];

    /// <summary>Which layer reads what which other one has computed.</summary>
    public IReadOnlyList<ReportConnection> Connections { get; init; } = [];

    /// <summary>
    /// Whether the plan that the curve has for this budget is not the one that ships, because the whole network is no faster with it.
    /// </summary>
    public bool IsWithheld { get; init; }

    /// <summary>Whether every layer runs in fp32: there is nothing to compare times with then.</summary>
    public bool IsFloat => Layers.All(l => l.Precision == PrecisionConfig.F32.Id);

    /// <summary>What each sensitivity estimator predicts for the chosen assignment; the first is the one that decided.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Estimators { get; init; } = [];

    /// <summary>Seconds of each stage, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Phases { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Versions, and hashes of what went in and came out, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Origins { get; init; } = [];

    /// <summary>The self-contained page.</summary>
    public string Html => HtmlReport.Format(this);
}

/// <summary>An output whose loss error is bounded.</summary>
/// <param name="Loss">What its loss is.</param>
internal sealed record ReportOutput(string Name, string Loss, double PredictedError, double MeasuredError, double UpperBound95);

/// <summary>Why there is no plan.</summary>
internal sealed record ReportFailure(string Id, string Message);

/// <param name="Shape">Shape of the weights, or of the product.</param>
/// <param name="ShareOfLossError">Part of the predicted squared loss error, 0…1.</param>
/// <param name="Gain">In the report's unit, the layer's part of its sub-graph's gain; NaN when only the sub-graph's is known.</param>
/// <param name="Subgraph">Index of its sub-graph.</param>
/// <param name="Reason">Why this precision, in words; empty when nothing is to be said.</param>
internal sealed record ReportLayer(
    string Name, string Operator, string Shape, string Precision, double ShareOfLossError, double Gain, long Macs, long WeightBytes,
        int Subgraph, string Reason = "")
{
    /// <summary>
    /// The share of output components that a second pass computed on the calibration samples, 0…1; NaN where there is no second pass, or
    /// where it is not known.
    /// </summary>
    public double Recomputed { get; init; } = double.NaN;

    /// <summary>What calibration changed to lower the error, in words; empty for nothing.</summary>
    public string Adjustments { get; init; } = "";

    /// <summary>Why it stays in fp32, in words; empty where it does not, or where that is not known.</summary>
    public string WhyFloat { get; init; } = "";

    /// <summary>Why its integer sums cannot overflow, in words; empty for sums in floats.</summary>
    public string Overflow { get; init; } = "";

    /// <summary>The other precisions that it could have, and what each would cost alone.</summary>
    public IReadOnlyList<ReportCandidate> Candidates { get; init; } = [];
}

/// <param name="RelativeError">Relative root mean square error of the loss by this layer alone, as estimated.</param>
internal sealed record ReportCandidate(string Precision, double RelativeError);

/// <summary>A plan that was compiled and run on the held-out samples.</summary>
/// <param name="Gain">Predicted, in the report's unit.</param>
/// <param name="Layers">How many leave fp32.</param>
/// <param name="PredictedError">Σ of what its layers change.</param>
/// <param name="PredictedTogether">With the correlation of what they change; NaN where that is not known.</param>
internal sealed record ReportPlan(double PredictedError, double PredictedTogether, double MeasuredError, double UpperBound95, double Gain,
    int Layers, bool Ships);

/// <summary>What a simple strategy would choose for each budget.</summary>
internal sealed record ReportBaseline(string Name, IReadOnlyList<ParetoPoint> Points);

/// <summary>Places of two layers, the one that computes and the one that reads.</summary>
internal sealed record ReportConnection(int From, int To);

/// <param name="SharesMeasurementOf">Index of the equal sub-graph that was measured in its stead; null when it was measured itself.</param>
internal sealed record ReportSubgraph(int Index, IReadOnlyList<string> Layers, IReadOnlyList<ReportTiming> Timings,
    int? SharesMeasurementOf = null)
{
    /// <summary>What its steps take in the whole network with the plan; NaN where that was not measured.</summary>
    public double MeasuredNanoseconds { get; init; } = double.NaN;

    /// <summary>
    /// Relative root mean square error of the loss that the chosen configuration makes by itself, on held-out samples; NaN where it was not
    /// measured.
    /// </summary>
    public double MeasuredError { get; init; } = double.NaN;

    /// <summary>The same as it was predicted; NaN where it was not.</summary>
    public double PredictedError => Timings.FirstOrDefault(t => t.Chosen)?.PredictedError ?? double.NaN;

    /// <summary>What the configuration that was chosen takes by itself; NaN where nothing was timed.</summary>
    public double PredictedNanoseconds => Timings.FirstOrDefault(t => t.Chosen)?.Nanoseconds ?? double.NaN;
}

/// <summary>One configuration as it was measured.</summary>
/// <param name="Precisions">One id per layer.</param>
/// <param name="Spread">Interquartile range of the measurements, nanoseconds; NaN when not measured.</param>
/// <param name="PredictedError">Relative root mean square error of the loss by this sub-graph alone.</param>
internal sealed record ReportTiming(string Precisions, double Nanoseconds, double Spread, double PredictedError, bool Chosen);

/// <param name="RelativeGap">0 when optimal.</param>
/// <param name="Repairs">How many plans were measured before the one chosen.</param>
internal sealed record ReportSolver(string Status, double Gain, double GainBound, double RelativeGap, int Repairs = 0);
