using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Locking;

/// <summary>Whether a lock file can be written: found out before minutes of calibration, not after.</summary>
internal static class LockFileAccess
{
    /// <summary>Makes the file's folder and tries to write there.</summary>
    /// <exception cref="MixPrecException">MXP1021: it cannot be written; the message says why.</exception>
    public static void Require(string path)
    {
        if (Directory.Exists(path))
        {
            throw NotWritable(path, "a folder of this name is in its place");
        }

        try
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(folder);
            string trial = Path.Combine(folder, $"{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
            File.WriteAllText(trial, "");
            File.Delete(trial);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw NotWritable(path, exception.Message);
        }
    }

    internal static MixPrecException NotWritable(string path, string reason) => new(DiagnosticCatalog.LockNotWritable, path, path, reason.ReplaceLineEndings(" ").TrimEnd('.'));
}
