namespace MixPrec.Jobs;

/// <summary>Endings of the files that a worker writes: <c>DIRECTORY/CLASS + ending</c>.</summary>
internal static class ResultFileNames
{
    /// <summary>What the generator prints the class from. Written last: whoever sees it sees all others.</summary>
    public const string Plan = ".plan.json";

    public const string Weights = ".weights";

    public const string Report = ".report.html";

    /// <summary>One <see cref="Diagnostics.DiagnosticLine"/> a line.</summary>
    public const string Diagnostics = ".diagnostics";

    /// <summary>Every file the worker read, one full path a line.</summary>
    public const string Inputs = ".inputs";

    /// <summary>The best plan found when none met the budget.</summary>
    public const string BestLock = ".best.lock.json";

    /// <summary>Appended to each while it is written.</summary>
    public const string Unfinished = ".tmp";
}
