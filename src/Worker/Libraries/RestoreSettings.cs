using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Libraries;

/// <summary>How the project that is built restores its packages, so that the worker's libraries come from the same feeds.</summary>
/// <param name="Folders">Where packages are, and where new ones go.</param>
/// <param name="Properties">MSBuild properties of the restore, such as <c>RestoreSources</c>, by name.</param>
/// <param name="Directory">The nuget.config files of this folder and those above it hold.</param>
internal sealed record RestoreSettings(PackageFolders Folders, IReadOnlyDictionary<string, string> Properties, string Directory)
{
    /// <summary>Those of the current folder, for a command typed by hand.</summary>
    public static RestoreSettings FromCurrentDirectory =>
        new(PackageFolders.Find(null, AppContext.BaseDirectory), new Dictionary<string, string>(), Environment.CurrentDirectory);

    /// <param name="properties">Each as <c>NAME=VALUE</c>; without a value it is left out.</param>
    /// <exception cref="UsageException">One has another form.</exception>
    public static RestoreSettings Create(string? folders, IEnumerable<string> properties)
    {
        var pairs = properties.Select(property => property.Split('=', 2)).ToArray();
        return pairs.FirstOrDefault(pair => pair.Length < 2) is { } odd
            ? throw new UsageException($"--restore needs NAME=VALUE, not {odd[0]}.")
            : FromCurrentDirectory with { Folders = PackageFolders.Find(folders, AppContext.BaseDirectory),
                Properties = pairs.Where(pair => pair[1].Length > 0).ToDictionary(pair => pair[0], pair => Rooted(pair[1])) };
    }

    /// <summary>Feeds and files that the project names relative to its own folder, which is the current one.</summary>
    private static string Rooted(string value) =>
        string.Join(';', value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(entry => Path.Exists(entry) ? Path.GetFullPath(entry) : entry));
}
