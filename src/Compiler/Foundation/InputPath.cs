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
}
