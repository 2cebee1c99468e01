using System.Globalization;

namespace MixPrec.Compiler.Planning;

/// <summary>Says which stage the planning is at, how far a long one is and how long it will take.</summary>
internal sealed class StageProgress(IProgress<BuildProgress> progress, TimeProvider clock, CancellationToken cancellation)
{
    /// <summary>Until a stage has run so long nothing is said of how long it takes.</summary>
    private static readonly TimeSpan s_enough = TimeSpan.FromSeconds(2);

    private readonly List<KeyValuePair<string, double>> _phases = [];
    private BuildProgress _begun = PlanningStage.Samples.Begun();
    private PlanningStage? _stage;
    private int _to;
    private long _start;

    /// <param name="words">What is said of it here, where that is more than its own words.</param>
    public void Begin(PlanningStage stage, string? words = null)
    {
        cancellation.ThrowIfCancellationRequested();
        EndPhase();
        _stage = stage;
        (_begun, _to, _start) = (stage.Begun(words), stage.To, clock.GetTimestamp());
        progress.Report(_begun);
    }

    /// <summary>Of the stage, <paramref name="done"/> steps of <paramref name="all"/> are done.</summary>
    public void Step(int done, int all)
    {
        cancellation.ThrowIfCancellationRequested();
        if (all > 1)
        {
            progress.Report(_begun with
            {
                Percent = _begun.Percent + ((_to - _begun.Percent) * done / all),
                Detail = string.Create(CultureInfo.InvariantCulture, $"{done} of {all}{Left(done, all)}"),
            });
        }
    }

    /// <summary>Seconds of each stage that has begun, in their order; the last one ends here.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Phases
    {
        get
        {
            EndPhase();
            return [.. _phases];
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

    private void EndPhase()
    {
        if (_stage is { } ended)
        {
            _phases.Add(new(ended.Words, clock.GetElapsedTime(_start).TotalSeconds));
            _stage = null;
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
