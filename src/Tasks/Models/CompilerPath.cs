namespace MixPrec.Tasks.Models;

/// <summary>
/// Paths as the C# compiler gets them: relative to the project's folder, where it is started. Its reader of command lines drops an argument
/// with a bar or a quotation mark in silence, and either may be part of a folder's name.
/// </summary>
internal static class CompilerPath
{
    private static readonly char[] Unreadable = ['"', '|'];

    /// <summary>Relative where the file lies below the project's folder, otherwise as it is.</summary>
    public static string FromPath(string path, string projectDirectory)
    {
        var folder = projectDirectory.TrimEnd('/', '\\') + Path.DirectorySeparatorChar;
        return path.StartsWith(folder, StringComparison.Ordinal) ? path.Substring(folder.Length) : path;
    }

    /// <summary>The first character of a path that the compiler does not take; null when there is none.</summary>
    public static char? Obstacle(string path) => path.IndexOfAny(Unreadable) is var at && at >= 0 ? path[at] : null;
}
