using System.IO.Enumeration;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler;

/// <summary>Whether a path is what it has to be, before it is opened: the system calls a folder that is opened "access denied".</summary>
internal static class InputPath
{
    /// <param name="what">What the path names, such as "The model".</param>
    /// <param name="place">The file that the message is about; null for the command line.</param>
    /// <exception cref="MixPrecException">MXP1001, MXP1041: there is no such file, or it is a folder.</exception>
    public static void RequireFile(string what, string path, string? place)
    {
        if (!File.Exists(path))
        {
            throw new MixPrecException(Directory.Exists(path) ? DiagnosticCatalog.NotAFile : DiagnosticCatalog.FileNotFound, place, what,
                path);
        }
    }

    /// <exception cref="MixPrecException">MXP1001, MXP1042: there is no such folder, or it is a file.</exception>
    /// <inheritdoc cref="RequireFile" path="/param"/>
    public static void RequireFolder(string what, string path, string? place)
    {
        if (!Directory.Exists(path))
        {
            throw new MixPrecException(File.Exists(path) ? DiagnosticCatalog.NotAFolder : DiagnosticCatalog.FileNotFound, place, what,
                path);
        }
    }

    /// <summary>Bytes of the file, at the end of every link on the way to it. A pipe and a device have none.</summary>
    /// <exception cref="IOException">There is no such file, or links lead in a circle.</exception>
    public static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file.Length : ((FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!).Length;
    }

    /// <summary>
    /// Opens a file to be read. What has no length is never opened, and reads as empty: opening a pipe waits for somebody who writes, and a
    /// device has no end.
    /// </summary>
    /// <exception cref="IOException">There is no such file, or links lead in a circle.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Stream OpenRead(string path) => LengthOf(path) == 0 ? new MemoryStream() : File.OpenRead(path);

    /// <inheritdoc cref="OpenRead"/>
    public static byte[] ReadAllBytes(string path) => LengthOf(path) == 0 ? [] : File.ReadAllBytes(path);

    /// <inheritdoc cref="OpenRead"/>
    public static string ReadAllText(string path) => LengthOf(path) == 0 ? "" : File.ReadAllText(path);

    /// <summary>
    /// Full paths of the files in a folder and the folders in it. Links to files count, links to folders do not: two that lead upwards make
    /// 2⁴⁰ paths before the system stops.
    /// </summary>
    public static IEnumerable<string> FilesBelow(string folder) => new FileSystemEnumerable<string>(folder,
        (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
        ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
    };
}
