using MixPrec.Compiler;

namespace MixPrec.Worker.Display;

/// <summary>
/// Progress as lines <c>progress PERCENT WORDS</c> for the build task, which shows each stage once. Reports at once, on the caller's thread,
/// so that lines keep their order; a stage is printed again only when its percentage changes.
/// </summary>
internal sealed class ProgressLines(TextWriter output) : IProgress<BuildProgress>
{
    private readonly Lock gate = new();
    private BuildProgress? last;

    public void Report(BuildProgress value)
    {
        lock (gate)
        {
            if (value != last)
            {
                output.WriteLine($"progress {value.Percent} {value.Words}");
                output.Flush();
                last = value;
            }
        }
    }
}
