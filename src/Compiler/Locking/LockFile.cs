using System.Text;
using MixPrec.Compiler.Exclusion;
using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Locking;

/// <summary>
/// The text file of decisions that is committed beside a model: a plan for each set of options that projects build the model with. A build
/// reads and replaces its own plan only, so that two projects do not take turns in rewriting the file; plans stand in the order of their
/// keys, so that two branches that add one each can be merged.
/// </summary>
internal sealed record LockFile(IReadOnlyList<LockedPlan> Plans)
{
    /// <summary>
    /// Version of the format that is written. Version 1, one plan without its model's name, version 2, plans without digests,
    /// version 3, plans without adjustments, and version 4, plans without factors of channels, are still
    /// read.
    /// </summary>
    public const int Version = PlanDigest.FileVersion;

    private static readonly string[] ConflictMarks = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

    /// <summary>Largest file that is read, in bytes.</summary>
    public const long LargestFile = PlanDigest.LargestFile;

    /// <exception cref="MixPrecException">MXP1103: the file is no lock file of a version that is read; the message says where it is
    /// damaged.</exception>
    public static LockFile Read(string path)
    {
        try
        {
            long length = InputPath.LengthOf(path);
            return length == 0 ? throw new FormatException("it is empty, or no ordinary file") : length > LargestFile
                ? throw new FormatException($"it has {Counted.Format(length, "byte")}, more than {LargestFile}")
                : Parse(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new MixPrecException(DiagnosticCatalog.LockUnreadable, path, path, exception.Message.TrimEnd('.'));
        }
    }

    /// <summary>What a merge leaves is the one damage that everybody meets, and the reader of JSON would name a character of it.</summary>
    private static LockFile Parse(string text)
    {
        int mark = Array.FindIndex(text.Split('\n'), line =>
            ConflictMarks.Any(m => line.TrimEnd() == m || line.StartsWith(m + " ", StringComparison.Ordinal)));
        return mark < 0 ? LockFileReader.Parse(text) : throw new FormatException(
            FormattableString.Invariant($"line {mark + 1} is a mark of a merge conflict; ")
            + "keep the plans of both sides, or one of them where both changed the same plan; "
            + "or take one side whole (git checkout --ours), and the next build makes what is missing");
    }

    /// <summary>The file's plans; none when it does not exist.</summary>
    /// <exception cref="MixPrecException">MXP1103, MXP1041: the file is no lock file, or a folder.</exception>
    public static LockFile ReadIfExists(string path) => File.Exists(path) ? Read(path)
        : !Directory.Exists(path) ? new([]) : throw new MixPrecException(DiagnosticCatalog.NotAFile, path, "The lock file", path);

    /// <summary>The file as something to write, not yet touched.</summary>
    public static OutputFile At(string path) => new("The lock file", path, DiagnosticCatalog.LockNotWritable, path);

    /// <summary>
    /// Writes a plan into a file in place of the one for the same model and options; the others stay. In one step, and only when the
    /// content differs; of several builds that do so at once each adds to what the one before has written.
    /// </summary>
    /// <returns>Whether it wrote.</returns>
    public static bool Put(string path, LockedPlan plan, CancellationToken cancellation) =>
        Change(path, file => new([.. file.Plans.Where(p => !p.Subject.IsFor(plan.Subject))
            .Select(p => p with { Subject = p.Subject.Named(plan.Subject.ModelName) }), plan]), cancellation);

    /// <summary>Removes the plans of some keys.</summary>
    /// <inheritdoc cref="Put"/>
    public static bool Remove(string path, IReadOnlyCollection<string> keys, CancellationToken cancellation) =>
        Change(path, file => new([.. file.Plans.Where(p => !keys.Contains(p.Subject.Key))]), cancellation);

    /// <summary>
    /// The plan that was made for this model and these options, whether or not the contents of the files have changed since; null when
    /// there is none.
    /// </summary>
    public LockedPlan? For(LockSubject subject) => Plans.FirstOrDefault(p => p.Subject.IsFor(subject));

    /// <summary>
    /// What stops a compilation from using the file, in words that follow "does not match: "; empty when <see cref="For"/> gives a plan
    /// that may be used.
    /// </summary>
    public IReadOnlyList<string> Differences(LockSubject current, Graph graph)
    {
        if (For(current) is { } own)
        {
            return own.Differences(current, graph);
        }

        var nearest = Plans.Select(p => p.Differences(current, graph)).MinBy(d => d.Count);
        return nearest is null ? ["it holds no plan"]
            : Plans.Count == 1 && nearest.Count > 0 ? nearest
            : [$"of its {Counted.Format(Plans.Count, "plan")} none is for this model and these options; the nearest differs in that "
                + string.Join(" and ", nearest.DefaultIfEmpty("it is for a file of another name"))];
    }

    private static bool Change(string path, Func<LockFile, LockFile> change, CancellationToken cancellation)
    {
        using var turn = MachineLock.Enter("write", Path.GetFullPath(path), () => { }, cancellation);
        string text = LockFileWriter.Format(change(ReadIfExists(path)));
        if (File.Exists(path) && InputPath.ReadAllText(path) == text)
        {
            return false;
        }

        At(path).Write(file => file.Write(Encoding.UTF8.GetBytes(text)));
        return true;
    }
}
