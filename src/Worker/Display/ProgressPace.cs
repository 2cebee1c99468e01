using System.Globalization;
using MixPrec.Compiler;

namespace MixPrec.Worker.Display;

/// <summary>
/// Which reports become lines of their own: each new stage, and of one that is under way one now and then. No line is less far than the one
/// before: what is found out on the way (a library has to be fetched, another build measures) belongs to the stage that it holds up.
/// </summary>
internal sealed class ProgressPace(TimeProvider clock)
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(15);
    private string words = "";
    private int percent;
    private long said;

    /// <summary>What to say of a report; null for nothing.</summary>
    public BuildProgress? Next(BuildProgress value)
    {
        percent = Math.Max(percent, Math.Clamp(value.Percent, 0, 100));
        if (value.Words == words && (value.Detail.Length == 0 || clock.GetElapsedTime(said) < s_between))
        {
            return null;
        }

        (words, said) = (value.Words, clock.GetTimestamp());
        return value with { Percent = percent };
    }

    /// <summary>Which stage it is and how far.</summary>
    public static string Text(BuildProgress value) =>
        (value.Step == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{value.Step}/{value.Steps} "))
        + value.Words + (value.Detail.Length == 0 ? "" : ": " + value.Detail);
}
