using System.Globalization;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Metadata;

namespace MixPrec.Compiler.Options;

/// <summary>
/// A metadatum as a member of <see cref="CompilerOptions"/>: how its text is read, and the one text that equal values have, which the lock
/// file compares. A row of <see cref="ModelMetadata"/> that has none here is an option that nobody reads: the first job that is read says
/// so.
/// </summary>
/// <param name="Read">From a value that <see cref="Metadatum.Rule"/> allows.</param>
/// <param name="Write">Empty for a default that later versions may widen.</param>
internal sealed record OptionBinding(
    string Metadatum, Func<CompilerOptions, string, CompilerOptions> Read, Func<CompilerOptions, string> Write)
{
    private const string PinForm = "pairs such as /conv1/*=i8;/fc/*=bf16";

    private static readonly char[] s_listSeparators = [';', ','];

    private static readonly Dictionary<string, OptionBinding> s_bindings = new OptionBinding[]
    {
        new("CalibrationData", (o, v) => o with { CalibrationData = v }, o => o.CalibrationData ?? ""),
        new("ValidationData", (o, v) => o with { ValidationData = v }, o => o.ValidationData ?? ""),
        new("ClassName", (o, v) => o with { ClassName = v }, o => o.ClassName),
        new("Namespace", (o, v) => o with { Namespace = v }, o => o.Namespace),
        new("Access", (o, v) => o with { Access = v }, o => o.Access),
        new("Loss", (o, v) => o with { Loss = Enum.Parse<LossKind>(v) }, o => o.Loss?.ToString() ?? ""),
        new("LossOutputs",
            (o, v) => o with { LossOutputs = Entries(o, "LossOutputs", v, "names or patterns of outputs such as boxes;scores") },
            o => string.Join(";", o.LossOutputs)),
        new("ErrorBudget", (o, v) => o with { ErrorBudget = Number(v) }, o => Text(o.ErrorBudget)),
        new("Objective", (o, v) => o with { Objective = Enum.Parse<Objective>(v) }, o => o.Objective.ToString()),
        new("ActivationRanges", (o, v) => o with { ActivationRanges = v == "Auto" ? null : Enum.Parse<ActivationRanges>(v) },
            o => o.ActivationRanges?.ToString() ?? ""),
        new("ErrorReduction", (o, v) => o with { ReducesError = v == "Auto" }, o => o.ReducesError ? "" : "None"),
        new("Estimator", (o, v) => o with { Estimator = Enum.Parse<Estimator>(v) }, o => o.Estimator.ToString()),
        new("MinTop1Agreement", (o, v) => o with { MinTop1Agreement = Number(v) }, o => Text(o.MinTop1Agreement)),
        new("AccuracyDrop", (o, v) => o with { AccuracyDrop = Number(v) }, o => Text(o.AccuracyDrop)),
        new("MaxWeightBytes", (o, v) => o with { MaxWeightBytes = Count(v) }, o => Text(o.MaxWeightBytes)),
        new("MaxLatencyMicroseconds", (o, v) => o with { MaxLatencyMicroseconds = Number(v) }, o => Text(o.MaxLatencyMicroseconds)),
        new("MinSpeedup", (o, v) => o with { MinSpeedup = Number(v) }, o => Text(o.MinSpeedup)),
        new("Precisions",
            (o, v) => o with
            {
                Precisions = [.. Entries(o, "Precisions", v, KnownPrecisions).Select(id => Precision(o, "Precisions", v, id))],
            },
            PrecisionsOf),
        new("KeepFloat", (o, v) => o with { KeepFloat = Entries(o, "KeepFloat", v, "patterns of layers such as /conv1/*;*fc") },
            o => string.Join(";", o.KeepFloat)),
        new("Pin", (o, v) => o with { Pin = [.. Entries(o, "Pin", v, PinForm).Select(pin => Pin(o, v, pin))] },
            o => string.Join(";", o.Pin.Select(p => $"{p.Key}={p.Value}"))),
        new("TargetIsa", (o, v) => o with { TargetIsa = v }, o => o.TargetIsa?.ToLowerInvariant() ?? ""),
        new("TimingTable", (o, v) => o with { TimingTable = v }, o => o.TimingTable ?? ""),
        new("Threads", (o, v) => o with { Threads = (int)Count(v) }, o => o.Threads == 1 ? "" : Text(o.Threads)),
        new("Dimensions", (o, v) => o with { Dimensions = DimensionBindings.Parse(v) }, o => o.Dimensions.ToString()),
        new("Constants", (o, v) => o with { Constants = ConstantBindings.Parse(v) }, o => o.Constants.ToString()),
        new("State", (o, v) => o with { State = StateBindings.Parse(v) }, o => o.State.ToString()),
        new("Cache", (o, v) => o with { Cache = CacheBindings.Parse(v) }, o => o.Cache.ToString()),
        new("CheckFinite", (o, v) => o with { CheckFinite = v == "true" }, o => o.CheckFinite ? "true" : ""),
        new("WeightsMode", (o, v) => v == "Auto" ? o : o with { WeightsMode = v }, o => o.WeightsMode),
        new("LockFile", (o, v) => o with { LockFile = v }, o => o.LockFile),
    }.ToDictionary(binding => binding.Metadatum);

    /// <exception cref="KeyNotFoundException">A row of <see cref="ModelMetadata"/> has no binding: a fault of this program.</exception>
    public static OptionBinding ForRow(Metadatum row) => s_bindings.TryGetValue(row.Name, out var binding) ? binding
        : throw new KeyNotFoundException($"{row.Name} is a row of {nameof(ModelMetadata)} and has no {nameof(OptionBinding)}");

    /// <summary>Options with the values that are given; empty ones and those that are null are defaults.</summary>
    /// <exception cref="MixPrecException">MXP1002: a value is not allowed; the message lists what is.</exception>
    public static CompilerOptions ReadAll(CompilerOptions defaults, Func<string, string?> valueOf)
    {
        var options = defaults;
        foreach (var row in ModelMetadata.Rows)
        {
            var binding = ForRow(row);
            if (valueOf(row.Name) is { Length: > 0 } value)
            {
                options = binding.Read(options, row.Rule.Parse(value) ?? throw Invalid(defaults, row.Name, value, row.Rule.Expected));
            }
        }

        return options;
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static long Count(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    /// <summary>The entries of a list. Separators alone are none: whoever wrote them meant something.</summary>
    private static string[] Entries(CompilerOptions options, string name, string text, string expected) =>
        text.Split(s_listSeparators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } entries
            ? entries : throw Invalid(options, name, text, expected);

    /// <summary>Nothing for those that nobody named: a later version that has more keeps the plans.</summary>
    private static string PrecisionsOf(CompilerOptions options) =>
        PrecisionConfig.Default.ToHashSet().SetEquals(options.Precisions) ? ""
            : string.Join(";", options.Precisions.Select(p => p.Id).Order(StringComparer.Ordinal));

    /// <summary>The last equals sign separates: a layer's name may hold some, a candidate's does not.</summary>
    private static KeyValuePair<string, PrecisionConfig> Pin(CompilerOptions options, string text, string pin)
    {
        int at = pin.LastIndexOf('=');
        return at > 0 ? new(pin[..at].Trim(), Precision(options, "Pin", text, pin[(at + 1)..].Trim()))
            : throw Invalid(options, "Pin", text, PinForm);
    }

    private static PrecisionConfig Precision(CompilerOptions options, string name, string text, string id) => PrecisionConfig.Find(id)
        ?? throw Invalid(options, name, text, KnownPrecisions);

    /// <summary>What a name of a precision may be, as a message says it.</summary>
    private static string KnownPrecisions => "candidates among " + string.Join(", ", PrecisionConfig.All.Select(precision => precision.Id));

    private static MixPrecException Invalid(CompilerOptions options, string name, string value, string expected) =>
        new(DiagnosticCatalog.InvalidMetadata, options.Model, name, value, expected);
}
