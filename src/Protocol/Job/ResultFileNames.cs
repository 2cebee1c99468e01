using System.Collections.Generic;

namespace MixPrec.Jobs;

/// <summary>Endings of the files that a worker writes: <c>DIRECTORY/CLASS + ending</c>.</summary>
internal static class ResultFileNames
{
    /// <summary>What the generator prints the class from. Written last: whoever sees it sees all others.</summary>
    public const string Plan = ".plan.json";

    public const string Weights = ".weights";

    public const string Report = ".report.html";

    /// <summary>The report in short, for a pull request.</summary>
    public const string MarkdownReport = ".report.md";

    /// <summary>What the report holds, for programs.</summary>
    public const string JsonReport = ".report.json";

    /// <summary>What a build that succeeds says of the plan: one line, without names of files.</summary>
    public const string Summary = ".summary.txt";

    /// <summary>One <see cref="Diagnostics.DiagnosticLine"/> a line.</summary>
    public const string Diagnostics = ".diagnostics";

    /// <summary>Every file the worker read, one <see cref="InputLine"/> a line.</summary>
    public const string Inputs = ".inputs";

    /// <summary>The best plan found when none met the budget.</summary>
    public const string BestLock = ".best.lock.json";

    /// <summary>Appended to each while it is written, behind a point and some letters that no other process has chosen.</summary>
    public const string Unfinished = ".tmp";

    public static IReadOnlyList<string> All { get; } = [Plan, Weights, Report, MarkdownReport, JsonReport, Summary, Diagnostics, Inputs,
        BestLock];
}
