namespace MixPrec.Worker.CommandLine;

/// <summary>Where a command prints: results to <paramref name="Out"/>, progress and errors to <paramref name="Error"/>. Plain text, never colours.</summary>
/// <param name="ShowsBars">Whether <paramref name="Error"/> is a terminal, on which a line can be overwritten.</param>
/// <param name="Width">Columns of the terminal that <paramref name="Out"/> is; null in a pipe or a file, where lines may have any length.</param>
internal sealed record CommandOutput(TextWriter Out, TextWriter Error, bool ShowsBars, int? Width = null)
{
    private const int NarrowestTerminal = 20;

    /// <summary>The output of the process.</summary>
    public static CommandOutput Console { get; } = new(System.Console.Out, System.Console.Error, !System.Console.IsErrorRedirected, System.Console.IsOutputRedirected ? null : TerminalWidth());

    /// <summary>A terminal that does not tell its width is taken as a pipe.</summary>
    private static int? TerminalWidth()
    {
        try
        {
            return System.Console.WindowWidth is >= NarrowestTerminal and var width ? width : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
