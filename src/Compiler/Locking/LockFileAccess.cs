using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Locking;

/// <summary>Whether a lock file can be written: found out before minutes of calibration, not after.</summary>
internal static class LockFileAccess
{
    /// <summary>Makes the file's folder, but not those above it, which a mistyped path names, and tries to write there.</summary>
    /// <exception cref="MixPrecException">MXP1021: it cannot be written; the message says why.</exception>
    public static void Require(string path)
    {
        if (Directory.Exists(path))
        {
            throw NotWritable(path, "a folder of this name is in its place");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent && !Directory.Exists(parent))
        {
            throw NotWritable(path, $"the folder '{parent}' does not exist; only the last folder of the path is made");
        }

        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Unfinished(path), "");
            File.Delete(Unfinished(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            throw NotWritable(path, exception.Message);
        }
    }

    /// <summary>Where the file is written before it gets its name.</summary>
    internal static string Unfinished(string path) => $"{Path.GetFullPath(path)}.{Environment.ProcessId}.tmp";

    internal static MixPrecException NotWritable(string path, string reason) => new(DiagnosticCatalog.LockNotWritable, path, path,
        reason.Replace(Unfinished(path), path, StringComparison.Ordinal).ReplaceLineEndings(" ").TrimEnd('.'));
}
