using System.Text;
using MixPrec.Compiler;
using MixPrec.Compiler.Exclusion;
using MixPrec.Diagnostics;
using MixPrec.Jobs;

namespace MixPrec.Worker.Jobs;

/// <summary>
/// The files of one build. Each is written whole under a name of its own; <see cref="Publish"/> renames them all, the plan last, so that
/// whoever sees the plan sees everything that belongs to it, and a process that dies leaves no half-written file under a final name. One
/// process at a time has the files of a class: what another one renames in between would belong to another plan.
/// </summary>
internal sealed class ResultFiles : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly string directory;
    private readonly string className;
    private readonly MachineLock turn;
    private readonly List<(string Temporary, string Final)> written = [];

    private ResultFiles(string directory, string className, MachineLock turn)
    {
        (this.directory, this.className, this.turn) = (directory, className, turn);
        RemoveUnfinished();
    }

    /// <summary>
    /// Waits for a process that still has these files: one whose build was killed a moment ago, and that is about to notice.
    /// </summary>
    /// <param name="waiting">Called once when it has to wait.</param>
    /// <exception cref="OperationCanceledException">The build was cancelled.</exception>
    public static ResultFiles Enter(string directory, string className, Action waiting, CancellationToken cancellation) =>
        new(directory, className,
            MachineLock.Enter("results", Path.Combine(Path.GetFullPath(directory), className), waiting, cancellation));

    /// <summary>Asks for the folder before anything long is done.</summary>
    /// <inheritdoc cref="OutputPath.RequireFolder"/>
    /// <inheritdoc cref="Enter"/>
    public static ResultFiles In(string directory, string className, Action waiting, CancellationToken cancellation)
    {
        OutputPath.RequireFolder(directory);
        return Enter(directory, className, waiting, cancellation);
    }

    /// <summary><c>CLASS + ending</c>, to be written and closed; invisible until it is published.</summary>
    /// <exception cref="MixPrecException">MXP1040: it cannot be made; the stream throws it too where there is no room.</exception>
    public Stream Create(string ending)
    {
        string final = Path.Combine(directory, className + ending), temporary = NewFile.NameBeside(final);
        return Attempted(() =>
        {
            Directory.CreateDirectory(directory);
            var file = NewFile.Create(temporary);
            written.Add((temporary, final));
            return new ResultStream(file, refused => Unwritable(refused, temporary, final));
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
        var lines = paths.Where(path => path != lockFile).Select(path => new InputLine(path))
            .Concat(lockFile is null ? [] : [new InputLine(lockFile, key)]);
        Write(ResultFileNames.Inputs,
            string.Concat(lines.Select(line => line.Format()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(line => line + "\n")));
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

    public void Dispose()
    {
        Discard();
        turn.Dispose();
    }

    /// <summary>What a process has left that had these files before and was killed.</summary>
    private void RemoveUnfinished()
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        foreach (string file in ResultFileNames.All.SelectMany(ending =>
            Directory.GetFiles(directory, className + ending + ".*" + ResultFileNames.Unfinished)))
        {
            Attempted(() =>
            {
                File.Delete(file);
                return true;
            }, file, file);
        }
    }

    private T Attempted<T>(Func<T> action, string temporary, string final)
    {
        try
        {
            return action();
        }
        catch (Exception refused) when (OutputPath.IsRefusal(refused))
        {
            throw Unwritable(refused, temporary, final);
        }
    }

    private MixPrecException Unwritable(Exception refused, string temporary, string final) =>
        new(DiagnosticCatalog.OutputUnwritable, null, directory, OutputPath.Reason(refused, temporary, final));
}
