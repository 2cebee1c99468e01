namespace MixPrec.Models.Tests;

/// <summary>Trained networks beside the repository, which are no part of it.</summary>
internal static class SharedModels
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder.Parent is not null && !File.Exists(Path.Combine(folder.FullName, "global.json")))
        {
            folder = folder.Parent;
        }

        return Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "models"));
    }
}
