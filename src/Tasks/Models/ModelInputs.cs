using MixPrec.Jobs;
using MixPrec.Metadata;

namespace MixPrec.Tasks.Models;

/// <summary>The files whose change makes the worker run again for one model.</summary>
internal static class ModelInputs
{
    /// <summary>Full paths, sorted and distinct. Folders stand for all their files; what the worker read last time (external data) counts
    /// too. The job is not among them: the stamp is bound to its content, and two builds at once may both have written it.</summary>
    public static IReadOnlyList<string> List(ModelItem model, ModelFiles files, string lockFile, IEnumerable<string> always)
    {
        var inputs = new SortedSet<string>(always, StringComparer.Ordinal) { model.Model };
        inputs.UnionWith(ModelMetadata.Rows.Where(row => row.Lock == LockRole.Contents).SelectMany(row => FilesAt(model.PathOf(row.Name))));
        if (File.Exists(lockFile))
        {
            inputs.Add(lockFile);
        }

        inputs.UnionWith(ReadByWorker(files));
        return [.. inputs];
    }

    /// <summary>What the worker says it read.</summary>
    public static IEnumerable<string> ReadByWorker(ModelFiles files) =>
        Lines(files.Inputs).Select(line => line.Path).Where(path => !Directory.Exists(path));

    /// <summary>The key of the only plan of the lock file that the worker's answer depends on; null when it does not say.</summary>
    public static string? PlanKey(ModelFiles files, string lockFile) =>
        Lines(files.Inputs).Where(line => line.Path == lockFile && line.Key.Length > 0).Select(line => line.Key).FirstOrDefault();

    /// <summary>What <see cref="List"/> gave when the build was prepared.</summary>
    public static IEnumerable<string> Prepared(ModelFiles files) => Lines(files.Sources).Select(line => line.Path);

    /// <summary>The text of <c>.sources</c>.</summary>
    public static string Format(IEnumerable<string> inputs) =>
        string.Concat(inputs.Select(input => new InputLine(input).Format() + "\n"));

    private static IEnumerable<InputLine> Lines(string path) =>
        File.Exists(path) ? File.ReadAllLines(path).Where(line => line.Length > 0).Select(InputLine.Parse) : [];

    private static IEnumerable<string> FilesAt(string path) => Directory.Exists(path) ? FilesBelow(path) : File.Exists(path) ? [path] : [];

    /// <summary>Links to folders are not followed, as in the worker: some that lead upwards have no end.</summary>
    private static IEnumerable<string> FilesBelow(string folder) =>
        Directory.EnumerateFiles(folder).Concat(new DirectoryInfo(folder).EnumerateDirectories()
            .Where(inner => (inner.Attributes & FileAttributes.ReparsePoint) == 0).SelectMany(inner => FilesBelow(inner.FullName)));
}
