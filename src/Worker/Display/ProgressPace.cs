using MixPrec.Compiler;

namespace MixPrec.Worker.Display;

/// <summary>Which reports become lines of their own: each new stage, and of one that is under way one now and then.</summary>
internal sealed class ProgressPace(TimeProvider clock)
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(15);
    private string words = "";
    private long said;

    public bool Takes(BuildProgress value)
    {
        if (value.Words == words && (value.Detail.Length == 0 || clock.GetElapsedTime(said) < s_between))
        {
            return false;
        }

        (words, said) = (value.Words, clock.GetTimestamp());
        return true;
    }

    /// <summary>The stage and how far it is.</summary>
    public static string Text(BuildProgress value) => value.Detail.Length == 0 ? value.Words : $"{value.Words}: {value.Detail}";
}
