using System.Reflection;
using System.Runtime.InteropServices;
using MixPrec.Compiler;
using MixPrec.Diagnostics;

namespace MixPrec.Worker.Failures;

/// <summary>An exception as the user sees it: one line with a code, and the stack only when it is a fault of this program.</summary>
/// <param name="Line">The diagnostic.</param>
/// <param name="Stack">The whole exception, or null when it is the user's to mend.</param>
internal sealed record Failure(DiagnosticLine Line, string? Stack)
{
    /// <param name="activity">What was being done, after the word "while".</param>
    /// <param name="evidence">What to report a fault of this program with, after the words "the stack trace".</param>
    public static Failure FromException(Exception exception, string activity, string evidence = "and the command line")
    {
        if (Chain(exception).OfType<MixPrecException>().FirstOrDefault() is { } known)
        {
            return new(LineOf(known), null);
        }

        // The runtime refuses a name that the user has forced kernels with, and lists those that there are.
        if (Chain(exception).OfType<PlatformNotSupportedException>()
            .FirstOrDefault(e => e.Message.StartsWith("MIXPREC_", StringComparison.Ordinal)) is { } forced)
        {
            return new(DiagnosticLine.From(DiagnosticCatalog.KernelUnavailable, "", forced.Message), null);
        }

        if (UnusableLibrary(exception) is { } unusable)
        {
            return new(LineOf(unusable), exception.ToString());
        }

        if (Chain(exception).Select(Refused).OfType<MixPrecException>().FirstOrDefault() is { } refused)
        {
            return new(LineOf(refused), exception.ToString());
        }

        var cause = Chain(exception)
            .First(link => link is not (TargetInvocationException or AggregateException or TypeInitializationException)
            || link.InnerException is null);
        var line = DiagnosticLine.From(
            DiagnosticCatalog.Internal, "", cause.GetType().Name, activity,
            $"{cause.Message.ReplaceLineEndings(" ")} This is a fault of MixPrec.Build: please report it with the stack trace {evidence}.");
        return new(line, exception.ToString());
    }

    public static DiagnosticLine LineOf(MixPrecException exception) => LineOf(Diagnostic.Create(exception));

    public static DiagnosticLine LineOf(Diagnostic diagnostic) => new(
        diagnostic.Description.IsWarning ? DiagnosticLine.Warning : DiagnosticLine.Error,
        diagnostic.Description.Id, diagnostic.File ?? "", 0, 0, diagnostic.Text.ReplaceLineEndings(" "), diagnostic.Description.HelpLink);

    public void Print(TextWriter error)
    {
        Print(Line, error);
        if (Stack is not null)
        {
            foreach (string line in Stack.Split('\n'))
            {
                error.WriteLine(LogText.Line(line.TrimEnd()));
            }
        }
    }

    /// <summary>In the form that editors and build logs make links of.</summary>
    public static void Print(DiagnosticLine line, TextWriter error) =>
        error.WriteLine($"{(line.File.Length > 0 ? line.File : "mixprec")} : {line.Severity} {line.Code}: {line.Text}");

    /// <summary>
    /// What the loader says about a native library that an exception of a binding hides, or null when the exception is none of that kind.
    /// </summary>
    private static MixPrecException? UnusableLibrary(Exception exception)
    {
        var links = Chain(exception).ToArray();
        bool isLoading = links.Any(link => link is DllNotFoundException or BadImageFormatException or TypeInitializationException);
        bool Mentions(string word) => links.Any(link => link.ToString().Contains(word, StringComparison.Ordinal));
        var dependency = !isLoading ? null : Mentions("TorchSharp") ? NativeDependency.Torch : Mentions("OrTools")
            || Mentions("ortools") ? NativeDependency.OrTools : null;
        try
        {
            dependency?.Require();
            return null;
        }
        catch (MixPrecException unusable)
        {
            return unusable;
        }
    }

    /// <summary>What the system has not given: a file, room, memory. Files that a program is made of are no such thing.</summary>
    private static MixPrecException? Refused(Exception exception) => exception switch
    {
        EndOfStreamException or FileNotFoundException or FileLoadException => null,
        IOException or UnauthorizedAccessException => new(DiagnosticCatalog.FileRefused, null, exception.Message.TrimEnd('.')),
        OutOfMemoryException => new(DiagnosticCatalog.MemoryShort, null, exception.Message.TrimEnd('.')),
        ExternalException when exception.Message.Contains("can't allocate memory", StringComparison.Ordinal) =>
            new(DiagnosticCatalog.MemoryShort, null, exception.Message.Split('\n')[0].TrimEnd('.')),
        _ => null,
    };

    private static IEnumerable<Exception> Chain(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }
}
