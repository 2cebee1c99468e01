using MixPrec.Compiler;
using MixPrec.Jobs;

namespace MixPrec.Worker.Display;

/// <summary>
/// Progress as lines <c>progress PERCENT WORDS</c> for the build task, which shows a line whose words are new. Reports at once, on the
/// caller's thread, so that lines keep their order; how far a stage is becomes part of the words now and then, so that nobody takes a long
/// stage for a build that hangs.
/// </summary>
internal sealed class ProgressLines(TextWriter output, TimeProvider clock) : IProgress<BuildProgress>
{
    private readonly Lock gate = new();
    private readonly ProgressPace pace = new(clock);

    public void Report(BuildProgress value)
    {
        lock (gate)
        {
            if (pace.Next(value) is { } next)
            {
                output.WriteLine(new ProgressLine(next.Percent, ProgressPace.Text(next)).Format());
                output.Flush();
            }
        }
    }
}
