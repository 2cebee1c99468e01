using System.Globalization;

namespace MixPrec.Metadata;

/// <summary>Every metadata of a <c>MixedPrecisionModel</c> item. One row adds one: validation, job file and the property page follow (a test compares).</summary>
internal static class ModelMetadata
{
    public static IReadOnlyList<MetadataRule> Rules { get; } =
    [
        MetadataRule.Text("CalibrationData"),
        MetadataRule.Text("ValidationData"),
        new("ClassName", $"a C# identifier of at most {CSharpIdentifier.MaxLength} characters that is no keyword", value => CSharpIdentifier.IsValid(value) ? value : null),
        new("Namespace", "C# identifiers separated by points", value => CSharpIdentifier.IsValidNamespace(value) ? value : null),
        MetadataRule.Choice("Access", "internal", "public"),
        MetadataRule.Choice("Loss", "CrossEntropy", "NextToken", "Mse", "PseudoLabel", "Output"),
        MetadataRule.Number("ErrorBudget", "a number above 0 with a decimal point, such as 0.01", value => value > 0),
        MetadataRule.Choice("Objective", "Time", "Macs", "Memory"),
        MetadataRule.Choice("ActivationRanges", "MinMax", "Percentile", "MseOptimal"),
        MetadataRule.Choice("Estimator", "Projected", "Fisher", "Analytic"),
        MetadataRule.Number("MinTop1Agreement", "a number from 0 to 1 with a decimal point, such as 0.99", value => value is >= 0 and <= 1),
        MetadataRule.Count("MaxWeightBytes", "a whole number of bytes above 0"),
        MetadataRule.Number("MaxLatencyMicroseconds", "a number of microseconds above 0", value => value > 0),
        MetadataRule.Text("Precisions"),
        MetadataRule.Text("KeepFloat"),
        MetadataRule.Text("Pin"),
        MetadataRule.Choice("TargetIsa", "scalar", "vector128", "avx2", "avxvnni", "avx512"),
        new("Dimensions", "bindings such as batch=1;sequence=128", value => AreBindings(value) ? value : null),
        new("Constants", "numbers for inputs such as sr=16000;scales=1,0.5", value => AreConstants(value) ? value : null),
        new("State", "pairs of input and output such as h_in=h_out;c_in=c_out", value => ArePairs(value) ? value : null),
        new("Cache", "auto, or pairs of patterns such as past_*=present_*", value => value == "auto" || ArePairs(value) ? value : null),
        MetadataRule.Choice("CheckFinite", "false", "true"),
        MetadataRule.Choice("WeightsMode", "Auto", "Embedded", "File", "Bytes"),
        MetadataRule.Text("LockFile"),
    ];

    /// <summary>
    /// The known name that <paramref name="name"/> was probably meant to be, or null. Metadata at a distance is left alone: a project may
    /// hang its own on any item.
    /// </summary>
    public static string? Intended(string name) =>
        Rules.Any(rule => string.Equals(rule.Name, name, StringComparison.OrdinalIgnoreCase)) ? null
            : Rules.Select(rule => (rule.Name, Distance: EditDistance.Between(rule.Name.ToLowerInvariant(), name.ToLowerInvariant())))
                .Where(candidate => candidate.Distance <= (candidate.Name.Length < 6 ? 1 : 2))
                .OrderBy(candidate => candidate.Distance).Select(candidate => candidate.Name).FirstOrDefault();

    private static bool AreBindings(string value) => value.Split([';'], StringSplitOptions.RemoveEmptyEntries).All(IsBinding);

    private static bool AreConstants(string value) => value.Split([';'], StringSplitOptions.RemoveEmptyEntries).All(pair =>
        pair.LastIndexOf('=') is > 0 and var at && pair.Substring(0, at).Trim().Length > 0
        && pair.Substring(at + 1).Split(',').All(number => double.TryParse(number.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && !double.IsNaN(parsed) && !double.IsInfinity(parsed)));

    private static bool ArePairs(string value) => value.Split([';'], StringSplitOptions.RemoveEmptyEntries)
        .All(pair => pair.Split('=') is { Length: 2 } names && names[0].Trim().Length > 0 && names[1].Trim().Length > 0);

    private static bool IsBinding(string binding)
    {
        var at = binding.IndexOf('=');
        return at > 0 && binding.Substring(0, at).Trim().Length > 0
            && int.TryParse(binding.Substring(at + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0;
    }
}
