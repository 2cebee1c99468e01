using System.Globalization;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Locking;

/// <summary>Everything that the decisions depend on, besides the compiler itself.</summary>
/// <param name="ModelHash">Of the model with its external data.</param>
/// <param name="CalibrationHash">Of the calibration data; null when they are not there (a clone that builds from the lock file does not need them).</param>
/// <param name="ValidationHash">Of the held-out samples; null when they are not there or none are named.</param>
/// <param name="Options">The metadata that matter, by name, in a fixed order; empty text where nothing was said.</param>
internal sealed record LockSubject(string ModelHash, string? CalibrationHash, string? ValidationHash, IReadOnlyList<KeyValuePair<string, string>> Options)
{
    /// <param name="model">The imported model, for the files it consists of.</param>
    public static LockSubject Of(CompilerOptions options, ImportedModel model) =>
        new(ContentHash.OfFiles(model.Files), HashOf(options.CalibrationData), HashOf(options.ValidationData), OptionsOf(options));

    /// <summary>The differences, each in words.</summary>
    public IEnumerable<string> DifferencesTo(LockSubject current)
    {
        if (ModelHash != current.ModelHash)
        {
            yield return $"the model changed (sha256 {ModelHash[..8]}… is now {current.ModelHash[..8]}…)";
        }

        foreach (var (words, locked, now) in new[] { ("calibration data", CalibrationHash, current.CalibrationHash), ("validation data", ValidationHash, current.ValidationHash) })
        {
            if (now is not null && locked != now)
            {
                yield return locked is null ? $"it was made without {words}" : $"the {words} changed (sha256 {locked[..8]}… is now {now[..8]}…)";
            }
        }

        foreach (var (name, value) in current.Options)
        {
            string locked = Options.FirstOrDefault(o => o.Key == name).Value ?? "";
            if (locked != value)
            {
                yield return $"{name} was {Shown(locked)} and is {Shown(value)}";
            }
        }
    }

    private static string Shown(string value) => value.Length == 0 ? "not set" : $"\"{PrintableName.Of(value)}\"";

    private static string? HashOf(string? path) => path is not null && (File.Exists(path) || Directory.Exists(path)) ? ContentHash.OfFileOrFolder(path) : null;

    private static KeyValuePair<string, string>[] OptionsOf(CompilerOptions options) =>
    [
        new("Loss", options.Loss?.ToString() ?? ""),
        new("ErrorBudget", Text(options.ErrorBudget)),
        new("Objective", options.Objective.ToString()),
        new("ActivationRanges", options.ActivationRanges.ToString()),
        new("Estimator", options.Estimator.ToString()),
        new("MinTop1Agreement", Text(options.MinTop1Agreement)),
        new("MaxWeightBytes", Text(options.MaxWeightBytes)),
        new("MaxLatencyMicroseconds", Text(options.MaxLatencyMicroseconds)),
        new("Precisions", string.Join(";", options.Precisions.Select(p => p.Id).Order(StringComparer.Ordinal))),
        new("KeepFloat", string.Join(";", options.KeepFloat)),
        new("Pin", string.Join(";", options.Pin.Select(p => $"{p.Key}={p.Value}"))),
        new("TargetIsa", options.TargetIsa ?? ""),
        new("Dimensions", options.Dimensions.ToString()),
        new("Constants", options.Constants.ToString()),
        new("State", options.State.ToString()),
    ];

    private static string Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "";
}
