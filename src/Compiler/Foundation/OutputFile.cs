using MixPrec.Diagnostics;

namespace MixPrec.Compiler;

/// <summary>A file that is written whole under its name, or is not there.</summary>
/// <param name="what">What it is, such as "The lock file".</param>
/// <param name="refused">Says that it cannot be written, with the path and the reason.</param>
/// <param name="place">The file that the message is about; null for the command line.</param>
internal sealed class OutputFile(string what, string path, DiagnosticDescription refused, string? place)
{
    private readonly string full = Path.GetFullPath(path);

    /// <summary>
    /// Asks before anything long is done. The file's folder stays when it was made: another build may ask for the same one at this moment.
    /// </summary>
    /// <exception cref="MixPrecException">MXP1041: a folder has the file's name; otherwise the diagnostic for what cannot be
    /// written.</exception>
    public void Require()
    {
        if (Directory.Exists(full))
        {
            throw new MixPrecException(DiagnosticCatalog.NotAFile, place, what, path);
        }

        if (OutputPath.Obstacle(Path.GetDirectoryName(full)!, NewFile.NameBeside(full)) is { } reason)
        {
            throw NotWritten(reason);
        }
    }

    /// <summary>Writes the file in one step; what was there before stays when that fails. A link in its place is replaced, not
    /// followed.</summary>
    /// <inheritdoc cref="Require" path="/exception"/>
    public void Write(Action<Stream> content)
    {
        string unfinished = NewFile.NameBeside(full);
        try
        {
            using (var file = NewFile.Create(unfinished))
            {
                content(file);
            }

            File.Move(unfinished, full, overwrite: true);
        }
        catch (Exception exception)
        {
            File.Delete(unfinished);
            if (OutputPath.IsRefusal(exception))
            {
                throw NotWritten(OutputPath.Reason(exception, unfinished, path));
            }

            throw;
        }
    }

    /// <summary>The error with a reason in words.</summary>
    public MixPrecException NotWritten(string reason) => new(refused, place, path, reason);
}
