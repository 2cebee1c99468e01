namespace MixPrec.Compiler;

/// <summary>
/// Files under names that nobody else has: two processes that write the same file never share an unfinished one, and a link that somebody
/// has put where the name will be is refused, not followed.
/// </summary>
internal static class NewFile
{
    public const string Ending = ".tmp";

    /// <summary>A name that ends in <see cref="Ending"/>, beside <paramref name="path"/>, so that renaming the file is one step.</summary>
    public static string NameBeside(string path) => $"{path}.{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}{Ending}";

    /// <exception cref="IOException">There is something of this name, a link that leads nowhere included (<c>O_EXCL</c>).</exception>
    public static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
}
