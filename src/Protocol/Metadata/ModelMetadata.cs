using System.Globalization;

namespace MixPrec.Metadata;

/// <summary>
/// Every metadatum of a <c>MixedPrecisionModel</c> item. One row adds one: the checks of the task, the job file and the options of the
/// command line follow from it. <c>MetadataWalkTests</c> follows each row through the places that have to be written by hand (the property
/// page, the compiler's options, the documentation) and names one that was forgotten.
/// </summary>
internal static class ModelMetadata
{
    /// <summary>The default of what is only asked for.</summary>
    public const string None = "none";

    /// <summary>Threads of a run that sessions of the runtime accept.</summary>
    public const int MostThreads = 1024;

    private const string Class = "Class", Data = "Data", Criteria = "Criteria", Choices = "Choices", Output = "Output";

    /// <summary>In the order of the property page, the help and the options in a lock file.</summary>
    public static IReadOnlyList<Metadatum> Rows { get; } =
    [
        new("CalibrationData", Data, MetadataRule.Path,
            Help: "samples: .npz whose keys are the inputs (and labels or targets), folder of .npy, or folder of test_data_set_*",
            Default: "needed unless a lock file matches", Example: "data/train.npz", LockRole.Contents) { CommandDefault = "needed" },
        new("ValidationData", Data, MetadataRule.Path,
            Help: "held-out samples for the final check",
            Default: "the last of the calibration data", Example: "data/test.npz", LockRole.Contents),
        new("ClassName", Class,
            MetadataRule.Name(
                $"a C# identifier of at most {CSharpIdentifier.MaxLength} characters "
                + "that is no keyword and no member of the class, such as Run",
                CSharpIdentifier.IsClassName),
            Help: "the generated class",
            Default: "from the file name", Example: "Digits"),
        new("Namespace", Class, MetadataRule.Name("C# identifiers separated by points", CSharpIdentifier.IsValidNamespace),
            Help: "namespace of the class",
            Default: "RootNamespace of the project", Example: "My.Models"),
        new("Access", Class, MetadataRule.Choice("internal", "public"),
            Help: "access of the class",
            Default: "internal", Example: "public"),
        new("Loss", Criteria, MetadataRule.Choice("CrossEntropy", "NextToken", "Mse", "PseudoLabel", "Output"),
            Help: "loss whose error is bounded",
            Default: "by data and network", Example: "Mse", LockRole.Value),
        new("LossOutputs", Criteria, MetadataRule.AnyList,
            Help: "names or patterns of the outputs whose loss error is bounded, each on its own; * for all",
            Default: "the first of floats", Example: "boxes;scores", LockRole.Value),
        new("ErrorBudget", Criteria, MetadataRule.Number("a number above 0 with a decimal point, such as 0.01", value => value > 0),
            Help: "bound on the relative root mean square error of the loss",
            Default: "0.01", Example: "0.02", LockRole.Value),
        new("Objective", Criteria, MetadataRule.Choice("Time", "Macs", "Memory"),
            Help: "quantity that a plan saves most of",
            Default: "Time", Example: "Memory", LockRole.Value),
        new("ActivationRanges", Choices, MetadataRule.Choice("Auto", "MinMax", "Percentile", "MseOptimal"),
            Help: "how the range of quantized activations is calibrated; Auto tries all for each value",
            Default: "Auto", Example: "Percentile", LockRole.Value),
        new("ErrorReduction", Choices, MetadataRule.Choice("Auto", "None"),
            Help: "whether weights are rounded and biases corrected on calibration data where that lowers the error",
            Default: "Auto", Example: "None", LockRole.Value),
        new("Estimator", Choices, MetadataRule.Choice("Projected", "Fisher", "Analytic"),
            Help: "how the loss error of a layer is estimated",
            Default: "Projected", Example: "Fisher", LockRole.Value),
        new("MinTop1Agreement", Criteria,
            MetadataRule.Number("a number from 0 to 1 with a decimal point, such as 0.99", value => value is >= 0 and <= 1),
            Help: "least share of held-out samples that keep their class, from 0 to 1",
            Default: None, Example: "0.99", LockRole.Value),
        new("AccuracyDrop", Criteria,
            MetadataRule.Number("a number of points above 0 and at most 100, such as 0.5", value => value is > 0 and <= 100),
            Help: "most points of top-1 accuracy that may be lost on labelled held-out samples, with 95 % confidence",
            Default: None, Example: "0.5", LockRole.Value),
        new("MaxWeightBytes", Criteria, MetadataRule.Count("a whole number of bytes above 0"),
            Help: "most bytes of the weights file, all constants included",
            Default: None, Example: "1000000", LockRole.Value),
        new("MaxLatencyMicroseconds", Criteria, MetadataRule.Number("a number of microseconds above 0", value => value > 0),
            Help: "longest time of one run in microseconds, measured on the whole network",
            Default: None, Example: "250.5", LockRole.Value),
        new("MinSpeedup", Criteria, MetadataRule.Number("a number above 1 with a decimal point, such as 1.5", value => value > 1),
            Help: "how many times as fast as in fp32 the whole network has to be, measured with the code that ships",
            Default: None, Example: "1.5", LockRole.Value),
        new("Precisions", Choices, MetadataRule.AnyList,
            Help: "candidates that may be chosen, such as f32;bf16;i8",
            Default: "all but f16, e4m3, e5m2, i4g32, i4g32a8, i4g64, i4g64a8, i4g128, i4g128a8, mxfp4, nvfp4",
            Example: "f32;bf16", LockRole.Value),
        new("KeepFloat", Choices, MetadataRule.AnyList,
            Help: "patterns of layers that stay in fp32, such as /conv1/*;*fc",
            Default: None, Example: "/conv1/*", LockRole.Value),
        new("Pin", Choices, MetadataRule.AnyList,
            Help: "patterns of layers with the candidate they must have, such as /conv2/*=i8",
            Default: None, Example: "/conv2/*=i8", LockRole.Value),
        new("TargetIsa", Choices, MetadataRule.Choice("scalar", "vector128", "avx2", "avxvnni", "avx512", "avx512vnni", "avx512bf16"),
            Help: "instruction set that the plan is for; the machine that plans must have it",
            Default: "all of the machine", Example: "avx2", LockRole.Value),
        new("TimingTable", Choices, MetadataRule.File,
            Help: "times to plan with, a file that mixprec profile has made",
            Default: "times are measured", Example: "times/server.mixprec-timings.json", LockRole.Contents),
        new("Threads", Choices,
            MetadataRule.Count(FormattableString.Invariant($"a whole number of threads from 1 to {MostThreads}"), MostThreads),
            Help: "threads of a run: those that times are measured with, and that the class is loaded for",
            Default: "1", Example: "2", LockRole.Value),
        new("Dimensions", Choices, MetadataRule.List("bindings such as batch=1;sequence=128", AreBindings),
            Help: "sizes of named dimensions, such as batch=1;sequence=128",
            Default: "run-time parameters", Example: "batch=1", LockRole.Value),
        new("Constants", Choices, MetadataRule.List("numbers for inputs such as sr=16000;scales=1,0.5", AreConstants),
            Help: "inputs that become constants, such as sr=16000;scales=1,0.5",
            Default: "arguments of Run", Example: "sr=16000", LockRole.Value),
        new("State", Choices, MetadataRule.List("pairs of input and output such as h_in=h_out;c_in=c_out", ArePairs),
            Help: "inputs that a session keeps, with the outputs they come from, such as h_in=h_out;c_in=c_out",
            Default: None, Example: "h_in=h_out", LockRole.Value),
        new("Cache", Choices,
            MetadataRule.List("auto, or pairs of patterns such as past_*=present_*", value => value == "auto" || ArePairs(value)),
            Help: "what a session keeps of the tokens before: past_*=present_*, or auto for a plain decoder",
            Default: None, Example: "auto", LockRole.Value),
        new("CheckFinite", Output, MetadataRule.Choice("false", "true"),
            Help: "whether layers in int8 throw where they would read NaN or infinity",
            Default: "false", Example: "true"),
        new("WeightsMode", Output, MetadataRule.Choice("Auto", "Embedded", "File", "Bytes"),
            Help: "where the weights travel",
            Default: "Auto", Example: "File"),
        new("LockFile", Output, MetadataRule.File,
            Help: "the file of decisions to commit",
            Default: "MODEL.mixprec.lock.json beside the model", Example: "plans/digits.lock.json"),
    ];

    /// <summary>
    /// The known name that <paramref name="name"/> was probably meant to be, or null. Metadata at a distance is left alone: a project may
    /// hang its own on any item.
    /// </summary>
    public static string? Intended(string name) =>
        Rows.Any(row => string.Equals(row.Name, name, StringComparison.OrdinalIgnoreCase)) ? null
            : Rows.Select(row => (row.Name, Distance: EditDistance.Between(row.Name.ToLowerInvariant(), name.ToLowerInvariant())))
                .Where(candidate => candidate.Distance <= (candidate.Name.Length < 6 ? 1 : 2))
                .OrderBy(candidate => candidate.Distance).Select(candidate => candidate.Name).FirstOrDefault();

    private static bool AreBindings(string value) => value.Split([';'], StringSplitOptions.RemoveEmptyEntries).All(IsBinding);

    private static bool AreConstants(string value) => value.Split([';'], StringSplitOptions.RemoveEmptyEntries).All(pair =>
        pair.LastIndexOf('=') is > 0 and var at && pair.Substring(0, at).Trim().Length > 0
        && pair.Substring(at + 1).Split(',').All(IsFinite));

    private static bool IsFinite(string number) =>
        double.TryParse(number.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)
        && !double.IsNaN(parsed) && !double.IsInfinity(parsed);

    private static bool ArePairs(string value) => value.Split([';'], StringSplitOptions.RemoveEmptyEntries)
        .All(pair => pair.Split('=') is { Length: 2 } names && names[0].Trim().Length > 0 && names[1].Trim().Length > 0);

    private static bool IsBinding(string binding)
    {
        var at = binding.IndexOf('=');
        return at > 0 && binding.Substring(0, at).Trim().Length > 0
            && int.TryParse(binding.Substring(at + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0;
    }
}
