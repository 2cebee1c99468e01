using System.Globalization;

namespace MixPrec.Metadata;

/// <summary>
/// Every metadatum of a <c>MixedPrecisionModel</c> item. One row adds one: the checks of the task, the job file and the options of the command line follow from it.
/// <c>MetadataWalkTests</c> follows each row through the places that have to be written by hand (the property page, the compiler's options, the documentation) and names one that was forgotten.
/// </summary>
internal static class ModelMetadata
{
    private const string Class = "Class", Data = "Data", Criteria = "Criteria", Choices = "Choices", Output = "Output";

    /// <summary>In the order of the property page, the help and the options in a lock file.</summary>
    public static IReadOnlyList<Metadatum> Rows { get; } =
    [
        new("CalibrationData", Data, MetadataRule.Path,
            "samples: .npz whose keys are the inputs (and labels or targets), folder of .npy, or folder of test_data_set_*", "needed unless a lock file matches", "data/train.npz", LockRole.Contents),
        new("ValidationData", Data, MetadataRule.Path, "held-out samples for the final check", "the last of the calibration data", "data/test.npz", LockRole.Contents),
        new("ClassName", Class, MetadataRule.Name($"a C# identifier of at most {CSharpIdentifier.MaxLength} characters that is no keyword", CSharpIdentifier.IsValid),
            "the generated class", "from the file name", "Digits"),
        new("Namespace", Class, MetadataRule.Name("C# identifiers separated by points", CSharpIdentifier.IsValidNamespace), "namespace of the class", "RootNamespace of the project", "My.Models"),
        new("Access", Class, MetadataRule.Choice("internal", "public"), "access of the class", "internal", "public"),
        new("Loss", Criteria, MetadataRule.Choice("CrossEntropy", "NextToken", "Mse", "PseudoLabel", "Output"),
            "loss whose error is bounded", "by data and network", "Mse", LockRole.Value),
        new("ErrorBudget", Criteria, MetadataRule.Number("a number above 0 with a decimal point, such as 0.01", value => value > 0),
            "bound on the relative root mean square error of the loss", "0.01", "0.02", LockRole.Value),
        new("Objective", Criteria, MetadataRule.Choice("Time", "Macs", "Memory"), "quantity that a plan saves most of", "Time", "Memory", LockRole.Value),
        new("ActivationRanges", Choices, MetadataRule.Choice("MinMax", "Percentile", "MseOptimal"), "how the range of quantized activations is calibrated", "MinMax", "Percentile", LockRole.Value),
        new("Estimator", Choices, MetadataRule.Choice("Projected", "Fisher", "Analytic"), "how the loss error of a layer is estimated", "Projected", "Fisher", LockRole.Value),
        new("MinTop1Agreement", Criteria, MetadataRule.Number("a number from 0 to 1 with a decimal point, such as 0.99", value => value is >= 0 and <= 1),
            "least share of held-out samples that keep their class, from 0 to 1", "none", "0.99", LockRole.Value),
        new("MaxWeightBytes", Criteria, MetadataRule.Count("a whole number of bytes above 0"), "most bytes of the weights file, all constants included", "none", "1000000", LockRole.Value),
        new("MaxLatencyMicroseconds", Criteria, MetadataRule.Number("a number of microseconds above 0", value => value > 0),
            "longest time of one run in microseconds, measured on the whole network", "none", "250.5", LockRole.Value),
        new("Precisions", Choices, MetadataRule.AnyList, "candidates that may be chosen, such as f32;bf16;i8", "all", "f32;bf16", LockRole.Value),
        new("KeepFloat", Choices, MetadataRule.AnyList, "patterns of layers that stay in fp32, such as /conv1/*;*fc", "none", "/conv1/*", LockRole.Value),
        new("Pin", Choices, MetadataRule.AnyList, "patterns of layers with the candidate they must have, such as /conv2/*=i8", "none", "/conv2/*=i8", LockRole.Value),
        new("TargetIsa", Choices, MetadataRule.Choice("scalar", "vector128", "avx2", "avxvnni", "avx512"), "instruction set that the machine which plans must have", "any", "avx2", LockRole.Value),
        new("Dimensions", Choices, MetadataRule.List("bindings such as batch=1;sequence=128", AreBindings), "sizes of named dimensions, such as batch=1;sequence=128", "run-time parameters", "batch=1", LockRole.Value),
        new("Constants", Choices, MetadataRule.List("numbers for inputs such as sr=16000;scales=1,0.5", AreConstants), "inputs that become constants, such as sr=16000;scales=1,0.5", "arguments of Run", "sr=16000", LockRole.Value),
        new("State", Choices, MetadataRule.List("pairs of input and output such as h_in=h_out;c_in=c_out", ArePairs),
            "inputs that a session keeps, with the outputs they come from, such as h_in=h_out;c_in=c_out", "none", "h_in=h_out", LockRole.Value),
        new("Cache", Choices, MetadataRule.List("auto, or pairs of patterns such as past_*=present_*", value => value == "auto" || ArePairs(value)),
            "what a session keeps of the tokens before: past_*=present_*, or auto for a plain decoder", "none", "auto", LockRole.Value),
        new("CheckFinite", Output, MetadataRule.Choice("false", "true"), "whether layers in int8 throw where they would read NaN or infinity", "false", "true"),
        new("WeightsMode", Output, MetadataRule.Choice("Auto", "Embedded", "File", "Bytes"), "where the weights travel", "Auto", "File"),
        new("LockFile", Output, MetadataRule.File, "the file of decisions to commit", "MODEL.mixprec.lock.json beside the model", "plans/digits.lock.json"),
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
        pair.LastIndexOf('=') is > 0 and var at && pair.Substring(0, at).Trim().Length > 0 && pair.Substring(at + 1).Split(',').All(IsFinite));

    private static bool IsFinite(string number) =>
        double.TryParse(number.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && !double.IsNaN(parsed) && !double.IsInfinity(parsed);

    private static bool ArePairs(string value) => value.Split([';'], StringSplitOptions.RemoveEmptyEntries)
        .All(pair => pair.Split('=') is { Length: 2 } names && names[0].Trim().Length > 0 && names[1].Trim().Length > 0);

    private static bool IsBinding(string binding)
    {
        var at = binding.IndexOf('=');
        return at > 0 && binding.Substring(0, at).Trim().Length > 0
            && int.TryParse(binding.Substring(at + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0;
    }
}
