using MixPrec.Diagnostics;
using Spectre.Console;

namespace MixPrec.Worker.CommandLine;

/// <summary>Where a command prints: results to <paramref name="Out"/>, progress and errors to <paramref name="Error"/>.</summary>
/// <param name="Terminal">What <paramref name="Out"/> is to a person; null in a pipe or a file, which get plain text in lines of any
/// length.</param>
/// <param name="ErrorTerminal">The same of <paramref name="Error"/>.</param>
internal sealed record CommandOutput(TextWriter Out, TextWriter Error, IAnsiConsole? Terminal = null, IAnsiConsole? ErrorTerminal = null)
{
    private const int NarrowestTerminal = 20;

    /// <summary>The output of the process.</summary>
    public static CommandOutput Console { get; } = new(
        System.Console.Out, System.Console.Error,
        System.Console.IsOutputRedirected ? null : TerminalOf(System.Console.Out), System.Console.IsErrorRedirected ? null
            : TerminalOf(System.Console.Error));

    /// <summary>Columns of the terminal; null for any.</summary>
    public int? Width => Terminal?.Profile.Width;

    /// <summary>A terminal that does not tell its width is taken as a pipe.</summary>
    private static IAnsiConsole? TerminalOf(TextWriter writer)
    {
        try
        {
            return System.Console.WindowWidth >= NarrowestTerminal
                ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) }) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Prints a result. In JSON a build server would take <c>##[…]</c> of a name for a command, anywhere in a line; escaped it is the same
    /// text. Elsewhere names are <see cref="Compiler.Onnx.PrintableName"/>; of whatever else stands there (paths, patterns) each line is
    /// the text of a log.
    /// </summary>
    public void Write(bool asJson, Func<string> json, Func<string> text) =>
        Out.Write(asJson ? json().Replace("##", "#\\u0023", StringComparison.Ordinal)
            : string.Join('\n', text().Split('\n').Select(LogText.Line)));
}
