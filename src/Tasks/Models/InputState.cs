using System.Globalization;
using System.Security.Cryptography;
using MixPrec.Jobs;
using MixPrec.Plan;

namespace MixPrec.Tasks.Models;

/// <summary>
/// What is remembered of a file that the worker read. Size and time are looked at first, because that costs nothing; only where they differ
/// is the content read, and only the content decides: a file put in place by a checkout or a copy may be older than what it replaces, and
/// one that was only touched is the same.
/// </summary>
/// <param name="Part">Key of the plan that alone is read of a lock file, by whose content (<see cref="PlanDigest.In"/>) the file is judged;
/// empty for files that count whole. Other plans belong to other projects.</param>
/// <param name="Ticks">Time of the last change (UTC); 0 when it was so recent that a further change might have the same time.</param>
/// <param name="Hash">SHA-256 of the content; empty when the file changed while it was read.</param>
internal sealed record InputState(string Path, long Length, long Ticks, string Hash, string Part = "")
{
    /// <summary>File systems keep times in steps of up to two seconds.</summary>
    private static readonly TimeSpan CoarsestStep = TimeSpan.FromSeconds(2);

    /// <summary>Size and time alone; null when the file does not exist.</summary>
    public static InputState? Glance(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new(path, file.Length, file.LastWriteTimeUtc.Ticks, "") : null;
    }

    /// <summary>With the content's hash, as far as it is known that the worker read this content.</summary>
    /// <param name="before">As it was before the worker started; null when it was not known then.</param>
    public static InputState? AfterReading(string path, InputState? before) =>
        Glance(path) is not { } now ? null
            : before is not null && before != now ? now
            : now with { Hash = HashOf(path), Ticks = IsRecent(now.Ticks) ? 0 : now.Ticks };

    /// <summary>The file as it is now when it holds what it held; null when it does not.</summary>
    public InputState? IfUnchanged()
    {
        if (Part.Length > 0)
        {
            return PartIfUnchanged();
        }

        if (Glance(Path) is not { } now || now.Length != Length)
        {
            return null;
        }

        return now.Ticks == Ticks ? this
            : Hash.Length > 0 && HashOf(Path) == Hash ? now with { Hash = Hash, Ticks = IsRecent(now.Ticks) ? 0 : now.Ticks }
            : null;
    }

    /// <summary>
    /// One plan of a lock file as it is now, also where there is none of it, or no file. A file that is no such one counts whole.
    /// </summary>
    public static InputState? OfPlan(string path, string key)
    {
        if (Glance(path) is not { } now)
        {
            return new(path, 0, 0, PlanDigest.In(PlanDigest.EmptyFile, key)!, key);
        }

        return now.Length is > 0 and <= PlanDigest.LargestFile && PlanDigest.In(File.ReadAllText(path), key) is { } hash
            ? new(path, now.Length, IsRecent(now.Ticks) ? 0 : now.Ticks, hash, key) : AfterReading(path, null);
    }

    private InputState? PartIfUnchanged()
    {
        var now = Glance(Path);
        return now is not null && now.Length == Length && now.Ticks == Ticks ? this
            : OfPlan(Path, Part) is { } plan && plan.Part == Part && plan.Hash == Hash ? plan
            : null;
    }

    public string Format() =>
        string.Format(CultureInfo.InvariantCulture, "{0} {1} {2} {3} {4}", Length, Ticks, Hash.Length == 0 ? "-" : Hash,
        Part.Length == 0 ? "-" : Part, LineText.Escape(Path));

    /// <summary>Null for a line of another form.</summary>
    public static InputState? Parse(string line)
    {
        var fields = line.Split([' '], 5);
        return fields.Length == 5
            && long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new(LineText.Unescape(fields[4]), length, ticks, fields[2] == "-" ? "" : fields[2], fields[3] == "-" ? "" : fields[3]) : null;
    }

    private static bool IsRecent(long ticks) => (new DateTime(ticks, DateTimeKind.Utc) - DateTime.UtcNow).Duration() < CoarsestStep;

    /// <summary>What has no length is not opened: a pipe in the place of a file would be waited for.</summary>
    private static string HashOf(string path)
    {
        using var sha = SHA256.Create();
        using Stream file = new FileInfo(path).Length == 0 ? new MemoryStream() : File.OpenRead(path);
        return Hexadecimal.Format(sha.ComputeHash(file));
    }
}
