using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MixPrec.Compiler;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Worker.Samples;

/// <summary>A file that becomes one or more samples.</summary>
/// <param name="Path">In full.</param>
/// <param name="Name">Below the folder, with slashes: what its place among the samples follows from.</param>
/// <param name="Label">Of its sub-folder; −1 where samples lie in the folder itself.</param>
internal sealed record SampleFile(string Path, string Name, long Label);

/// <summary>The files of a folder with the labels that its sub-folders give them.</summary>
/// <param name="Files">In an order that mixes sub-folders, and is the same on every machine.</param>
/// <param name="Labels">Names of the sub-folders with their labels; empty where there are none.</param>
internal sealed record SampleFiles(IReadOnlyList<SampleFile> Files, IReadOnlyList<KeyValuePair<string, long>> Labels)
{
    /// <summary>A folder of more is no folder of samples.</summary>
    private const int MostFiles = 2_000_000;

    /// <param name="kind">What is looked for, such as "images".</param>
    /// <param name="endings">Of file names, in lower case.</param>
    /// <exception cref="MixPrecException">MXP1001, MXP1042: there is no such folder. MXP1113: a link leads out of it. MXP1114: there is
    /// nothing of that kind in it, or in some sub-folders and beside them.</exception>
    public static SampleFiles In(string folder, string kind, IReadOnlyList<string> endings)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(root))
        {
            throw new MixPrecException(DiagnosticCatalog.NotAFolder, null, $"The folder of {kind}", root);
        }

        if (!Directory.Exists(root))
        {
            throw new MixPrecException(DiagnosticCatalog.FileNotFound, null, $"The folder of {kind}", root);
        }

        var found = Below(root, root, endings).Take(MostFiles).ToArray();
        string[] classes = [.. found.Select(ClassOf).Distinct().Order(StringComparer.Ordinal)];
        if (classes.Length == 0 || (classes.Length > 1 && classes[0].Length == 0))
        {
            throw new MixPrecException(DiagnosticCatalog.NoSamples, null, root, kind, classes.Length == 0
                ? $"expected are files that end in {string.Join(", ", endings)}, in it or in a sub-folder for each class"
                : "some lie in the folder and some in sub-folders, whose names are classes: move those that lie beside them");
        }

        var labels = LabelsOf(classes);
        return new([.. found.Select(name => new SampleFile(Path.Combine(root, name), name, labels.GetValueOrDefault(ClassOf(name), -1)))
            .OrderBy(f => Order(f.Name), StringComparer.Ordinal)], [.. labels.OrderBy(l => l.Value)]);
    }

    /// <summary>A place in an order that follows from the name alone and has nothing to do with it.</summary>
    public static string Order(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static string ClassOf(string name) => name.Contains('/', StringComparison.Ordinal) ? name[..name.IndexOf('/')] : "";

    /// <summary>Numbers are labels themselves; other names count in their order, as those who train from such folders count.</summary>
    private static Dictionary<string, long> LabelsOf(string[] classes)
    {
        if (classes is [""])
        {
            return [];
        }

        bool areNumbers = classes.All(c => c.Length < 10 && long.TryParse(c, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            && classes.DistinctBy(c => long.Parse(c, CultureInfo.InvariantCulture)).Count() == classes.Length;
        return classes.Index().ToDictionary(c => c.Item, c => areNumbers ? long.Parse(c.Item, CultureInfo.InvariantCulture) : c.Index);
    }

    private static IEnumerable<string> Below(string root, string folder, IReadOnlyList<string> endings)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            RequireInside(root, entry);
            if (entry is DirectoryInfo)
            {
                // A link to a folder inside would give its files twice, or without end.
                foreach (string name in entry.LinkTarget is null ? Below(root, entry.FullName, endings) : [])
                {
                    yield return name;
                }
            }
            else if (endings.Any(e => entry.Name.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
            {
                yield return Path.GetRelativePath(root, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
            }
        }
    }

    /// <summary>A folder that somebody sends must not make samples of files that are not in it.</summary>
    private static void RequireInside(string root, FileSystemInfo entry)
    {
        if (entry.LinkTarget is null)
        {
            return;
        }

        string? target = null;
        try
        {
            target = entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        }
        catch (IOException)
        {
            // It leads in a circle.
        }

        string real = new DirectoryInfo(root).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? root;
        if (target is null || !File.Exists(target) && !Directory.Exists(target)
            || !new[] { root, real }.Any(r => target.StartsWith(r + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            throw new MixPrecException(DiagnosticCatalog.SampleUnreadable, entry.FullName, PrintableName.Format(entry.FullName),
                "it is a link that leads out of the folder, or nowhere");
        }
    }
}
