using System.Globalization;
using MixPrec.Compiler;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Precision;
using MixPrec.Diagnostics;
using MixPrec.Metadata;

namespace MixPrec.Worker.Jobs;

/// <summary>The words of a job as the compiler's options. Which words are allowed stands in <see cref="ModelMetadata"/>, which the build task uses too.</summary>
internal static class JobOptions
{
    private static readonly char[] ListSeparators = [';', ','];

    /// <exception cref="MixPrecException">MXP1002: a value is not allowed; the message lists what is.</exception>
    public static CompilerOptions From(JobFile job)
    {
        foreach (var rule in ModelMetadata.Rules.Where(rule => job[rule.Name] is { } value && rule.Parse(value) is null))
        {
            throw Invalid(job, rule.Name, rule.Expected);
        }

        var defaults = new CompilerOptions { Model = job.Required("Model"), ClassName = job.Required("ClassName"), LockFile = job["LockFile"] ?? Path.ChangeExtension(job.Required("Model"), ".mixprec.lock.json") };
        return defaults with
        {
            CalibrationData = job["CalibrationData"],
            ValidationData = job["ValidationData"],
            Namespace = job["Namespace"] ?? defaults.Namespace,
            Access = job["Access"] ?? defaults.Access,
            Loss = Word<LossKind>(job, "Loss"),
            ErrorBudget = Number(job["ErrorBudget"]) ?? defaults.ErrorBudget,
            Objective = Word<Objective>(job, "Objective") ?? defaults.Objective,
            ActivationRanges = Word<ActivationRanges>(job, "ActivationRanges") ?? defaults.ActivationRanges,
            Estimator = Word<Estimator>(job, "Estimator") ?? defaults.Estimator,
            MinTop1Agreement = Number(job["MinTop1Agreement"]),
            MaxWeightBytes = Count(job["MaxWeightBytes"]),
            MaxLatencyMicroseconds = Number(job["MaxLatencyMicroseconds"]),
            Precisions = job["Precisions"] is { } precisions ? [.. List(precisions).Select(id => Precision(job, "Precisions", id))] : defaults.Precisions,
            KeepFloat = [.. List(job["KeepFloat"] ?? "")],
            Pin = [.. List(job["Pin"] ?? "").Select(pin => Pin(job, pin))],
            TargetIsa = job["TargetIsa"],
            Dimensions = DimensionBindings.Parse(job["Dimensions"]),
            Constants = ConstantBindings.Parse(job["Constants"]),
            State = StateBindings.Parse(job["State"]),
            Cache = CacheBindings.Parse(job["Cache"]),
            CheckFinite = job["CheckFinite"] == "true",
            WeightsMode = job["WeightsMode"] is { } mode and not "Auto" ? mode : defaults.WeightsMode,
            Mode = Word<BuildMode>(job, "Mode") ?? defaults.Mode,
            MaxThreads = (int?)Count(job["MaxThreads"]),
            TimingBudget = Number(job["TimingSeconds"]) is { } seconds ? TimeSpan.FromSeconds(seconds) : defaults.TimingBudget,
            OutputDirectory = job["OutputDirectory"],
        };
    }

    private static IEnumerable<string> List(string text) => text.Split(ListSeparators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The last equals sign separates: a layer's name may hold some, a candidate's does not.</summary>
    private static KeyValuePair<string, PrecisionConfig> Pin(JobFile job, string pin)
    {
        int at = pin.LastIndexOf('=');
        return at > 0 ? new(pin[..at].Trim(), Precision(job, "Pin", pin[(at + 1)..].Trim())) : throw Invalid(job, "Pin", "pairs such as /conv1/*=i8;/fc/*=bf16");
    }

    private static PrecisionConfig Precision(JobFile job, string name, string id) =>
        PrecisionConfig.Find(id) ?? throw Invalid(job, name, "candidates among " + string.Join(", ", PrecisionConfig.All.Select(precision => precision.Id)));

    private static T? Word<T>(JobFile job, string name) where T : struct, Enum =>
        job[name] is not { } word ? null
            : Enum.TryParse<T>(word, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value
            : throw Invalid(job, name, "one of " + string.Join(", ", Enum.GetNames<T>()));

    private static double? Number(string? text) => text is null ? null : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static long? Count(string? text) => text is null ? null : long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static MixPrecException Invalid(JobFile job, string name, string expected) => new(DiagnosticCatalog.InvalidMetadata, job["Model"], name, job[name], expected);
}
