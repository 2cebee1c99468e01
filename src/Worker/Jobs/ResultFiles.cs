using System.Text;
using MixPrec.Diagnostics;
using MixPrec.Jobs;

namespace MixPrec.Worker.Jobs;

/// <summary>
/// The files of one build. Each is written whole under a temporary name; <see cref="Publish"/> renames them all, the plan last, so that
/// whoever sees the plan sees everything that belongs to it, and a process that dies leaves no half-written file under a final name.
/// </summary>
internal sealed class ResultFiles(string directory, string className) : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly List<(string Temporary, string Final)> written = [];

    /// <summary>Asks for the folder before anything long is done.</summary>
    /// <inheritdoc cref="RequireFolder"/>
    public static ResultFiles In(string directory, string className)
    {
        RequireFolder(directory);
        return new ResultFiles(directory, className);
    }

    /// <summary>Whether a folder is there or can be made.</summary>
    /// <exception cref="MixPrecException">MXP1040: there is a file of that name, or it cannot be made.</exception>
    public static void RequireFolder(string directory)
    {
        try
        {
            bool made = !Directory.Exists(directory);
            Directory.CreateDirectory(directory);
            if (made)
            {
                // A command that is cancelled leaves nothing.
                Directory.Delete(directory);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new MixPrecException(DiagnosticCatalog.OutputUnwritable, null, directory, refused.Message.TrimEnd('.'));
        }
    }

    /// <summary><c>CLASS + ending</c>, to be written and closed; invisible until it is published.</summary>
    public Stream Create(string ending)
    {
        Directory.CreateDirectory(directory);
        string final = Path.Combine(directory, className + ending);
        written.Add((final + ResultFileNames.Unfinished, final));
        return File.Create(final + ResultFileNames.Unfinished);
    }

    public void Write(string ending, string text)
    {
        using var file = Create(ending);
        file.Write(Utf8.GetBytes(text));
    }

    public void WriteDiagnostics(IEnumerable<DiagnosticLine> lines) =>
        Write(ResultFileNames.Diagnostics, string.Concat(lines.Select(line => line.Format() + "\n")));

    /// <summary>
    /// One full path a line; of the lock file, where <paramref name="lockFile"/> names it, also the key of the only plan in it that
    /// matters, behind a tab.
    /// </summary>
    public void WriteInputs(IEnumerable<string> paths, string? lockFile = null, string key = "")
    {
        var lines = paths.Where(path => path != lockFile).Concat(lockFile is null ? [] : [$"{lockFile}\t{key}"]);
        Write(ResultFileNames.Inputs,
            string.Concat(lines.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(line => line + "\n")));
    }

    /// <summary>Makes everything written so far visible, in the order of writing.</summary>
    public void Publish()
    {
        foreach (var (temporary, final) in written)
        {
            File.Move(temporary, final, overwrite: true);
        }

        written.Clear();
    }

    /// <summary>Removes <c>CLASS + ending</c> before it is published, if it was written.</summary>
    public void Drop(string ending)
    {
        string final = Path.Combine(directory, className + ending);
        foreach (var (temporary, _) in written.Where(file => file.Final == final))
        {
            File.Delete(temporary);
        }

        written.RemoveAll(file => file.Final == final);
    }

    /// <summary>Removes what was not published.</summary>
    public void Discard()
    {
        foreach (var (temporary, _) in written)
        {
            File.Delete(temporary);
        }

        written.Clear();
    }

    public void Dispose() => Discard();
}
