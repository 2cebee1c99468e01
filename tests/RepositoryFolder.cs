namespace MixPrec.Tests;

/// <summary>The repository that a test was built in.</summary>
internal static class RepositoryFolder
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MixPrec.Build.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests need the repository they were built in.");
        }

        return folder.FullName;
    }
}
