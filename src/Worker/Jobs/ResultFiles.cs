using System.Text;
using MixPrec.Compiler;
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
    /// <inheritdoc cref="OutputPath.RequireFolder"/>
    public static ResultFiles In(string directory, string className)
    {
        OutputPath.RequireFolder(directory);
        return new ResultFiles(directory, className);
    }

    /// <summary><c>CLASS + ending</c>, to be written and closed; invisible until it is published.</summary>
    /// <exception cref="MixPrecException">MXP1040: it cannot be made.</exception>
    public Stream Create(string ending)
    {
        string final = Path.Combine(directory, className + ending), temporary = final + ResultFileNames.Unfinished;
        return Attempted(() =>
        {
            Directory.CreateDirectory(directory);
            var file = File.Create(temporary);
            written.Add((temporary, final));
            return file;
        }, temporary, final);
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
    /// <exception cref="MixPrecException">MXP1040: a name is taken, by a folder for example.</exception>
    public void Publish()
    {
        foreach (var (temporary, final) in written)
        {
            Attempted(() =>
            {
                File.Move(temporary, final, overwrite: true);
                return true;
            }, temporary, final);
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

    private T Attempted<T>(Func<T> action, string temporary, string final)
    {
        try
        {
            return action();
        }
        catch (Exception refused) when (OutputPath.IsRefusal(refused))
        {
            throw new MixPrecException(DiagnosticCatalog.OutputUnwritable, null, directory, OutputPath.Reason(refused, temporary, final));
        }
    }
}
