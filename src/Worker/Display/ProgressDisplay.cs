using MixPrec.Compiler;
using MixPrec.Worker.CommandLine;
using Spectre.Console;

namespace MixPrec.Worker.Display;

/// <summary>Progress for people: a bar on a terminal, one line a stage in a pipe.</summary>
internal static class ProgressDisplay
{
    /// <summary>Runs <paramref name="work"/> and shows what it reports; the bar is gone when it returns.</summary>
    public static T Run<T>(CommandOutput output, TimeProvider clock, Func<IProgress<BuildProgress>, T> work) =>
        output.ErrorTerminal is not { } terminal
        ? work(new Lines(output.Error, new ProgressPace(clock)))
        // Drawn by whoever reports: a thread that draws ten times a second would run beside kernels that are being timed.
        : terminal.Progress().AutoRefresh(false).AutoClear(true).HideCompleted(false)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new Bar(context)));

    private sealed class Bar(ProgressContext context) : IProgress<BuildProgress>
    {
        private readonly Lock gate = new();
        private readonly ProgressTask task = context.AddTask("starting", maxValue: 100);

        public void Report(BuildProgress value)
        {
            lock (gate)
            {
                task.Value = Math.Max(task.Value, Math.Clamp(value.Percent, 0, 100));
                task.Description = Markup.Escape(ProgressPace.Text(value));
                context.Refresh();
            }
        }
    }

    private sealed class Lines(TextWriter error, ProgressPace pace) : IProgress<BuildProgress>
    {
        private readonly Lock gate = new();

        public void Report(BuildProgress value)
        {
            lock (gate)
            {
                if (pace.Next(value) is { } next)
                {
                    error.WriteLine($"{next.Percent,3} % {ProgressPace.Text(next)}");
                }
            }
        }
    }
}
