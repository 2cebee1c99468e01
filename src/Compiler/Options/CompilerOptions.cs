using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Onnx;

namespace MixPrec.Compiler.Options;

/// <summary>Everything that decides a compilation besides the contents of the files it names. Paths are full paths.</summary>
internal sealed record CompilerOptions
{
    public required string Model { get; init; }

    /// <summary>Samples for calibration; not needed when a lock file matches.</summary>
    public string? CalibrationData { get; init; }

    /// <summary>Held-out samples; null takes the last of the calibration data (see <see cref="Data.SampleSet.Split"/>).</summary>
    public string? ValidationData { get; init; }

    /// <summary>A C# identifier.</summary>
    public required string ClassName { get; init; }

    /// <summary>Dotted C# identifiers, or empty.</summary>
    public string Namespace { get; init; } = "";

    /// <summary><c>internal</c> or <c>public</c>.</summary>
    public string Access { get; init; } = "internal";

    /// <summary>Null chooses by what the calibration data hold.</summary>
    public LossKind? Loss { get; init; }

    /// <summary>
    /// Patterns of names of the outputs whose loss error is bounded, each on its own; empty for the first output of floats.
    /// </summary>
    public IReadOnlyList<string> LossOutputs { get; init; } = [];

    /// <summary>Largest relative root mean square error of the loss, above 0.</summary>
    public double ErrorBudget { get; init; } = 0.01;

    public Objective Objective { get; init; }

    /// <summary>Null tries all rules for each value.</summary>
    public ActivationRanges? ActivationRanges { get; init; }

    /// <summary>Whether weights are rounded and biases corrected on calibration data where that lowers the error.</summary>
    public bool ReducesError { get; init; } = true;

    public Estimator Estimator { get; init; } = Estimator.Projected;

    /// <summary>Least share of held-out samples on which the largest output stays the same, 0…1.</summary>
    public double? MinTop1Agreement { get; init; }

    /// <summary>Most points of top-1 accuracy that may be lost, with 95 % confidence; above 0.</summary>
    public double? AccuracyDrop { get; init; }

    /// <summary>Most bytes of packed weights.</summary>
    public long? MaxWeightBytes { get; init; }

    public double? MaxLatencyMicroseconds { get; init; }

    /// <summary>Least time of the whole network in fp32 as a multiple of its time with the plan, above 1.</summary>
    public double? MinSpeedup { get; init; }

    /// <summary>The candidates to choose from.</summary>
    public IReadOnlyList<PrecisionConfig> Precisions { get; init; } = PrecisionConfig.Default;

    /// <summary>Patterns of layer names that stay in fp32; <c>*</c> stands for any text.</summary>
    public IReadOnlyList<string> KeepFloat { get; init; } = [];

    /// <summary>Patterns of layer names with the candidate they must have; the first that matches counts.</summary>
    public IReadOnlyList<KeyValuePair<string, PrecisionConfig>> Pin { get; init; } = [];

    /// <summary>Instruction set that the machine has to plan for; null for whichever it has.</summary>
    public string? TargetIsa { get; init; }

    /// <summary>A file of times to plan with; null measures them.</summary>
    public string? TimingTable { get; init; }

    /// <summary>Threads of a run of the generated class, unless it is loaded for another number; times are measured with them.</summary>
    public int Threads { get; init; } = 1;

    public DimensionBindings Dimensions { get; init; } = DimensionBindings.None;

    /// <summary>Inputs that are no arguments of the class.</summary>
    public ConstantBindings Constants { get; init; } = ConstantBindings.None;

    /// <summary>Inputs that a session keeps from run to run.</summary>
    public StateBindings State { get; init; } = StateBindings.None;

    /// <summary>What a session keeps of the tokens before. Products of two activations stay in fp32 then.</summary>
    public CacheBindings Cache { get; init; } = CacheBindings.None;

    /// <summary>
    /// Whether layers in int8 throw where they would read NaN or infinity. It changes no decision, so the lock file does not name it.
    /// </summary>
    public bool CheckFinite { get; init; }

    /// <summary><c>Embedded</c>, <c>File</c> or <c>Bytes</c>.</summary>
    public string WeightsMode { get; init; } = "Embedded";

    public BuildMode Mode { get; init; }

    /// <summary>The text file of decisions that the user commits.</summary>
    public required string LockFile { get; init; }

    /// <summary>Where the report will lie, for messages that point to it; null when it is not written.</summary>
    public string? OutputDirectory { get; init; }

    /// <summary>
    /// What timing every configuration may take. Less time gives coarser times, no other choice to make; so the lock file does not name it.
    /// </summary>
    public TimeSpan TimingBudget { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether plans for other budgets, objectives and baselines are measured as well, to show the trade-off.</summary>
    public bool WithCurve { get; init; }

    /// <summary>Threads the compiler itself may use; null is all.</summary>
    public int? MaxThreads { get; init; }
}
