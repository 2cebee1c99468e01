namespace MixPrec.Worker.CommandLine;

/// <summary>Where a command prints: results to <paramref name="Out"/>, progress and errors to <paramref name="Error"/>.</summary>
/// <param name="ShowsBars">Whether <paramref name="Error"/> is a terminal, on which a line can be overwritten.</param>
internal sealed record CommandOutput(TextWriter Out, TextWriter Error, bool ShowsBars)
{
    /// <summary>The output of the process.</summary>
    public static CommandOutput Console { get; } = new(System.Console.Out, System.Console.Error, !System.Console.IsErrorRedirected);
}
