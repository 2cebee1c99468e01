using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace MixPrec.Package.Tests.Consumers;

/// <summary>
/// What NuGet leaves in a project's obj folder, for other projects that ask for the same: of a project it names the folder and nothing
/// else, and restoring takes longer than most tests.
/// </summary>
public sealed partial class RestoredFiles
{
    private const string Folder = "<folder>";

    private readonly ConcurrentDictionary<string, Lazy<Task<Dictionary<string, string>>>> _files = new(StringComparer.Ordinal);

    /// <summary>Restores the first project of its kind, and gives others its files.</summary>
    public async Task Restore(ConsumerProject project)
    {
        string kind = Model().Replace(await File.ReadAllTextAsync(project.PathTo("Consumer.csproj"), TestContext.Current.CancellationToken),
            "");
        var files = await _files.GetOrAdd(kind, _ => new(() => First(project))).Value;
        Directory.CreateDirectory(project.PathTo("obj"));
        foreach (var (name, text) in files)
        {
            await File.WriteAllTextAsync(project.PathTo("obj/" + name), text.Replace(Folder, project.Directory, StringComparison.Ordinal),
                TestContext.Current.CancellationToken);
        }
    }

    private static async Task<Dictionary<string, string>> First(ConsumerProject project)
    {
        var restore = await project.Command("restore");
        Assert.True(restore.Succeeded, restore.Output);
        return Directory.GetFiles(project.PathTo("obj")).ToDictionary(file => Path.GetFileName(file),
            file => File.ReadAllText(file).Replace(project.Directory, Folder, StringComparison.Ordinal));
    }

    /// <summary>Models are no packages.</summary>
    [GeneratedRegex("<MixedPrecisionModel [^>]*>")]
    private static partial Regex Model();
}
