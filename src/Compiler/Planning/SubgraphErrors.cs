using System.Diagnostics;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Verification;

namespace MixPrec.Compiler.Planning;

/// <summary>
/// The loss error that each sub-graph of the plan makes by itself, all others in fp32: of the emitted code on the held-out samples, as that
/// of the whole plan is.
/// </summary>
/// <param name="Measured">By the sub-graph's place; those for which there was no time are missing.</param>
internal sealed record SubgraphErrors(IReadOnlyDictionary<int, double> Measured)
{
    /// <param name="measure">The error of an assignment.</param>
    /// <param name="longest">After which no further sub-graph is begun. Those whose error is predicted to be the largest come first, and
    /// one is always measured.</param>
    public static SubgraphErrors Measure(Verified plan, IReadOnlyList<Subgraph> subgraphs, Func<PrecisionAssignment, double> measure,
        TimeSpan longest)
    {
        var all = plan.Selection.Assignment;
        var parts = subgraphs.Zip(plan.Selection.Configurations).Select((p, j) => (Place: j, Error: p.Second.LossError,
                Own: new PrecisionAssignment(
                    p.First.Quantizable.Where(n => all[n] != PrecisionConfig.F32).ToDictionary(n => n.Name, n => all[n]))))
            .Where(p => p.Own.Choices.Any()).OrderByDescending(p => p.Error).ToArray();
        if (parts is [var only])
        {
            return new(new Dictionary<int, double> { [only.Place] = plan.Error.Value });
        }

        long start = Stopwatch.GetTimestamp();
        var measured = new Dictionary<int, double>();
        foreach (var (place, _, own) in parts.TakeWhile(_ => measured.Count == 0 || Stopwatch.GetElapsedTime(start) < longest))
        {
            measured[place] = measure(own);
        }

        return new(measured);
    }

    /// <summary>The report with them.</summary>
    public BuildReport On(BuildReport report) => report with
    {
        Subgraphs = [.. report.Subgraphs.Select(s => s with { MeasuredError = Measured.GetValueOrDefault(s.Index, double.NaN) })],
    };
}
