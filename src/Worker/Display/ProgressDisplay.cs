using MixPrec.Compiler;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Display;

/// <summary>Progress for people: a bar that overwrites itself on a terminal, lines in a pipe.</summary>
internal sealed class ProgressDisplay(CommandOutput output, TimeProvider clock) : IProgress<BuildProgress>, IDisposable
{
    private const int BarLength = 24;
    private readonly Lock gate = new();
    private readonly ProgressPace pace = new(clock);
    private int shownLength;

    public void Report(BuildProgress value)
    {
        lock (gate)
        {
            if (output.ShowsBars)
            {
                int filled = Math.Clamp(value.Percent, 0, 100) * BarLength / 100;
                Overwrite($"[{new string('#', filled)}{new string(' ', BarLength - filled)}] {value.Percent,3} % {ProgressPace.Text(value)}");
            }
            else if (pace.Takes(value))
            {
                output.Error.WriteLine($"{value.Percent,3} % {ProgressPace.Text(value)}");
            }
        }
    }

    /// <summary>Removes the bar, so that what follows begins on an empty line.</summary>
    public void Dispose()
    {
        if (output.ShowsBars && shownLength > 0)
        {
            Overwrite("");
            output.Error.Write('\r');
        }
    }

    /// <summary>A line that reaches the terminal's edge would wrap, and a wrapped line cannot be overwritten.</summary>
    private void Overwrite(string whole)
    {
        string line = output.Width is { } width && whole.Length >= width ? whole[..(width - 1)] : whole;
        output.Error.Write("\r" + line.PadRight(shownLength));
        shownLength = line.Length;
    }
}
