using MixPrec.Compiler.Exclusion;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Planning;

/// <summary>
/// Times of the steps of a plan from a lock file, which holds none: they belong to the machine that the report is made on.
/// </summary>
internal static class LockedSteps
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(2);

    /// <param name="graph">As rewrites have left it, without the factors of the plan.</param>
    /// <param name="samples">What is timed with.</param>
    public static ShippedSteps Measure(CompilerOptions options, Graph graph, LockedPlan plan, PlanningSamples samples,
        IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var scaled = plan.Scaled(graph, ChangedConstants.For(graph))
            ?? throw new InvalidOperationException("the factors of channels do not fit the graph");
        using var turn = TimingTurn.Wait(progress, PlanningStage.EachStep.From, cancellation);
        progress.Report(PlanningStage.EachStep.Begun());
        return ShippedSteps.Measure(
            () => PlanTrials.Lower(options, scaled, plan.Assignment, plan.Ranges, new EncodedWeightsCache()), scaled,
            samples.Calibration, options.Threads, s_longest, cancellation);
    }
}
