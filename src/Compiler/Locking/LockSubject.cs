using System.Security.Cryptography;
using System.Text;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Timing;
using MixPrec.Metadata;

namespace MixPrec.Compiler.Locking;

/// <summary>Everything that the decisions depend on, besides the compiler itself.</summary>
/// <param name="ModelHash">Of the model with its external data.</param>
/// <param name="CalibrationHash">Of the calibration data; null when they are not there (a clone that builds from the lock file does not
/// need them).</param>
/// <param name="ValidationHash">Of the held-out samples; null when they are not there or none are named.</param>
/// <param name="Options">The metadata that matter and are not at a default that is no word of its own, by name, in a fixed order.</param>
internal sealed record LockSubject(string ModelHash, string? CalibrationHash, string? ValidationHash,
    IReadOnlyList<KeyValuePair<string, string>> Options)
{
    /// <summary>Name of <see cref="TimingHash"/> in a lock file, which has it only where times come from a table.</summary>
    public const string TimingMember = "timingTable";

    private const int KeyBytes = 6;

    /// <summary>Of the timing table, as far as it is about the model; null when it is not there, or times were measured.</summary>
    public string? TimingHash { get; init; }

    /// <summary>File name of the model, without its folder; empty where a file of version 1 does not say it.</summary>
    public string ModelName { get; init; } = "";

    /// <summary>
    /// Names the plan among those of one lock file: a hash of the model's file name and the options. Contents of files are no part of it,
    /// so that a retrained model replaces its plan; options at their default neither, so that a later version with more options finds it.
    /// </summary>
    public string Key
    {
        get
        {
            var text = string.Concat(Options.Where(o => o.Value.Length > 0).OrderBy(o => o.Key, StringComparer.Ordinal)
                .Select(o => $"{o.Key}={o.Value}\n"));
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{ModelName}\n{text}")).AsSpan(0, KeyBytes));
        }
    }

    /// <summary>What is set, for people.</summary>
    public string OptionWords =>
        string.Join(", ", Options.Where(o => o.Value.Length > 0).Select(o => $"{o.Key}={PrintableName.Format(o.Value)}"));

    /// <summary>What a plan is for, for people: the model's file and what is set.</summary>
    public string Words => ModelName.Length == 0 ? OptionWords : $"{PrintableName.Format(ModelName)}, {OptionWords}";

    /// <summary>The <see cref="Key"/> of the plan that a build with these options takes or makes, which no content decides.</summary>
    public static string KeyOf(CompilerOptions options) =>
        new LockSubject("", null, null, OptionsOf(options)) { ModelName = Path.GetFileName(options.Model) }.Key;

    /// <param name="model">The imported model, for the files it consists of.</param>
    public static LockSubject FromOptions(CompilerOptions options, ImportedModel model) =>
        new(ContentHash.OfFiles(model.Files), HashOf(options.CalibrationData), HashOf(options.ValidationData),
            OptionsOf(options)) { ModelName = Path.GetFileName(options.Model), TimingHash = TimesOf(options) };

    /// <summary>The same, where no name is known with this one.</summary>
    public LockSubject Named(string modelName) => ModelName.Length > 0 ? this : this with { ModelName = modelName };

    /// <summary>Whether both are about the same model and options, whatever the files hold.</summary>
    public bool IsFor(LockSubject current) => Named(current.ModelName).Key == current.Key;

    /// <summary>The differences, each in words.</summary>
    public IEnumerable<string> DifferencesTo(LockSubject current)
    {
        if (ModelHash != current.ModelHash)
        {
            yield return $"the model changed (sha256 {ModelHash[..8]}… is now {current.ModelHash[..8]}…)";
        }

        foreach (var (words, locked, now) in new[] { ("calibration data", CalibrationHash, current.CalibrationHash),
            ("validation data", ValidationHash, current.ValidationHash), ("timing table", TimingHash, current.TimingHash) })
        {
            if (now is not null && locked != now)
            {
                yield return locked is null ? $"it was made without {words}"
                    : $"the {words} changed (sha256 {locked[..8]}… is now {now[..8]}…)";
            }
        }

        foreach (string name in current.Options.Concat(Options).Select(o => o.Key).Distinct())
        {
            if (this[name] != current[name])
            {
                yield return $"{name} was {Shown(this[name])} and is {Shown(current[name])}";
            }
        }
    }

    private string this[string name] => Options.FirstOrDefault(o => o.Key == name).Value ?? "";

    private static string Shown(string value) => value.Length == 0 ? "not set" : $"\"{PrintableName.Format(value)}\"";

    private static string? HashOf(string? path) => path is not null
        && (File.Exists(path) || Directory.Exists(path)) ? ContentHash.OfFileOrFolder(path) : null;

    /// <summary>
    /// Of what a timing table says of this model: that others are added to it changes no plan. A file that is no table counts whole, and
    /// is refused where it is needed.
    /// </summary>
    private static string? TimesOf(CompilerOptions options)
    {
        if (options.TimingTable is not { } path || !File.Exists(path))
        {
            return null;
        }

        try
        {
            return TimingFile.Read(path).HashFor(Path.GetFileName(options.Model));
        }
        catch (MixPrecException)
        {
            return HashOf(path);
        }
    }

    private static KeyValuePair<string, string>[] OptionsOf(CompilerOptions options) =>
    [
        .. ModelMetadata.Rows.Where(row => row.Lock == LockRole.Value)
            .Select(row => KeyValuePair.Create(row.Name, OptionBinding.ForRow(row).Write(options))).Where(o => o.Value.Length > 0),
    ];
}
