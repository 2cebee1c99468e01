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

    public void WriteDiagnostics(IEnumerable<DiagnosticLine> lines) => Write(ResultFileNames.Diagnostics, string.Concat(lines.Select(line => line.Format() + "\n")));

    /// <summary>One full path a line.</summary>
    public void WriteInputs(IEnumerable<string> paths) => Write(ResultFileNames.Inputs, string.Concat(paths.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(path => path + "\n")));

    /// <summary>Makes everything written so far visible, in the order of writing.</summary>
    public void Publish()
    {
        foreach (var (temporary, final) in written)
        {
            File.Move(temporary, final, overwrite: true);
        }

        written.Clear();
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
