namespace MixPrec.Worker.Libraries;

/// <summary>The folders in which NuGet keeps packages. The first one is where it puts new ones; the others are only read.</summary>
internal sealed record PackageFolders(IReadOnlyList<string> Paths)
{
    private const string OwnId = "mixprec.build";

    /// <summary>Written last by NuGet: a folder without it is not whole.</summary>
    private const string Complete = ".nupkg.metadata";

    public string First => Paths[0];

    /// <summary>The folders of a build, or, without any, the one in which this program itself lies, or else NuGet's default.</summary>
    /// <param name="given">Separated by semicolons.</param>
    public static PackageFolders Find(string? given, string programDirectory)
    {
        var folders = (given ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(Path.GetFullPath).Distinct().ToArray();
        return new(folders.Length > 0 ? folders : [Own(programDirectory) ?? Default()]);
    }

    /// <summary>These, and behind them others that are only read.</summary>
    public PackageFolders With(IEnumerable<string> others) => new([.. Paths.Concat(others.Select(Path.GetFullPath)).Distinct()]);

    /// <summary>Where a package lies, or null when it is not there whole.</summary>
    public string? Find(WorkerLibrary library) =>
        Paths.Select(folder => Path.Combine(folder, library.Folder)).FirstOrDefault(folder => File.Exists(Path.Combine(folder, Complete)));

    /// <summary>FOLDER of FOLDER/mixprec.build/VERSION/tools.</summary>
    private static string? Own(string programDirectory)
    {
        var package = new DirectoryInfo(Path.TrimEndingDirectorySeparator(programDirectory)).Parent?.Parent;
        return package is { Parent: { } folder } && string.Equals(package.Name, OwnId, StringComparison.OrdinalIgnoreCase)
            ? folder.FullName : null;
    }

    private static string Default() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? Path.GetFullPath(folder)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
