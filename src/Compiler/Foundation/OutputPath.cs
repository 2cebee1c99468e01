using MixPrec.Diagnostics;

namespace MixPrec.Compiler;

/// <summary>
/// Whether something can be written where a path says: found out before minutes of calibration, not after. The last folder of a path is
/// made where it is missing; those above it are not, since a mistyped path names such folders.
/// </summary>
internal static class OutputPath
{
    /// <summary>A folder for results. It is left as it was: a command that is cancelled leaves nothing.</summary>
    /// <exception cref="MixPrecException">MXP1040, MXP1042: nothing can be written there, or it is a file.</exception>
    public static void RequireFolder(string path)
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(folder))
        {
            throw new MixPrecException(DiagnosticCatalog.NotAFolder, null, "The output folder", folder);
        }

        bool isNew = !Directory.Exists(folder);
        if (Obstacle(folder, NewFile.NameBeside(Path.Combine(folder, "mixprec"))) is { } reason)
        {
            throw new MixPrecException(DiagnosticCatalog.OutputUnwritable, null, folder, reason);
        }

        if (isNew)
        {
            Directory.Delete(folder);
        }
    }

    /// <summary>What stops a file from being made, in words; null when nothing does.</summary>
    /// <param name="file">Full path of a file that is made and removed.</param>
    public static string? Obstacle(string folder, string file)
    {
        if (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent && !Directory.Exists(parent))
        {
            return File.Exists(parent) ? $"'{parent}' is a file"
                : $"the folder '{parent}' does not exist, and only the last folder of the path is made";
        }

        try
        {
            Directory.CreateDirectory(folder);
            NewFile.Create(file).Dispose();
            File.Delete(file);
            return null;
        }
        catch (Exception refused) when (IsRefusal(refused))
        {
            return Reason(refused, file, folder);
        }
    }

    /// <summary>Whether the system refuses a path or has no room; anything else is a fault of the program.</summary>
    public static bool IsRefusal(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>The system's words, for a message that ends in a period, with a name that somebody knows.</summary>
    public static string Reason(Exception refused, string unfinished, string known) =>
        refused.Message.Replace(unfinished, known, StringComparison.Ordinal).ReplaceLineEndings(" ").TrimEnd('.');
}
