using System.Globalization;

namespace MixPrec.Compiler.Planning;

/// <summary>Says which stage the planning is at, how far a long one is and how long it will take.</summary>
internal sealed class StageProgress(IProgress<BuildProgress> progress, TimeProvider clock, CancellationToken cancellation)
{
    /// <summary>Until a stage has run so long nothing is said of how long it takes.</summary>
    private static readonly TimeSpan s_enough = TimeSpan.FromSeconds(2);

    private string _words = "";
    private int _from, _to;
    private long _start;

    /// <param name="from">Percent done when the stage begins.</param>
    /// <param name="to">Percent done when it ends; of one without steps the same.</param>
    public void Begin(int from, string words, int? to = null)
    {
        cancellation.ThrowIfCancellationRequested();
        (_words, _from, _to, _start) = (words, from, to ?? from, clock.GetTimestamp());
        progress.Report(new(from, words));
    }

    /// <summary>Of the stage, <paramref name="done"/> steps of <paramref name="all"/> are done.</summary>
    public void Step(int done, int all)
    {
        cancellation.ThrowIfCancellationRequested();
        if (all > 1)
        {
            progress.Report(new(_from + ((_to - _from) * done / all), _words,
                string.Create(CultureInfo.InvariantCulture, $"{done} of {all}{Left(done, all)}")));
        }
    }

    /// <summary>The items, each a step.</summary>
    public IEnumerable<T> Over<T>(IReadOnlyList<T> items)
    {
        for (int i = 0; i < items.Count; i++)
        {
            Step(i, items.Count);
            yield return items[i];
        }
    }

    private string Left(int done, int all)
    {
        var passed = clock.GetElapsedTime(_start);
        if (done == 0 || done == all || passed < s_enough)
        {
            return "";
        }

        double seconds = passed.TotalSeconds / done * (all - done);
        return seconds < 90 ? FormattableString.Invariant($", about {Math.Ceiling(seconds):0} s left")
            : FormattableString.Invariant($", about {Math.Ceiling(seconds / 60):0} min left");
    }
}
