namespace MixPrec.Tasks.Models;

/// <summary>The files whose change makes the worker run again for one model.</summary>
internal static class ModelInputs
{
    /// <summary>Full paths, sorted and distinct. Folders stand for all their files; what the worker read last time (external data) counts too.
    /// The job is not among them: the stamp is bound to its content, and two builds at once may both have written it.</summary>
    public static IReadOnlyList<string> Of(ModelItem model, ModelFiles files, string lockFile, IEnumerable<string> always)
    {
        var inputs = new SortedSet<string>(always, StringComparer.Ordinal) { model.Model };
        inputs.UnionWith(FilesAt(model.PathOf("CalibrationData")));
        inputs.UnionWith(FilesAt(model.PathOf("ValidationData")));
        if (File.Exists(lockFile))
        {
            inputs.Add(lockFile);
        }

        if (File.Exists(files.Inputs))
        {
            inputs.UnionWith(File.ReadAllLines(files.Inputs).Where(line => line.Length > 0 && !Directory.Exists(line)));
        }

        return [.. inputs];
    }

    private static IEnumerable<string> FilesAt(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories) : File.Exists(path) ? [path] : [];
}
