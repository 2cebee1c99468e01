using MixPrec.Compiler.Options;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;

namespace MixPrec.Compiler.Planning;

/// <summary>The plan that becomes the class.</summary>
/// <param name="Times">The whole network in fp32 and with the plan.</param>
/// <param name="Withheld">The plan that was chosen first, and is not shipped because the whole network is no faster with it; null for
/// most.</param>
internal sealed record Shipment(Verified Plan, TimeComparison Times, WithheldPlan? Withheld)
{
    /// <summary>
    /// Gains of parts count from the time that fp32 took when the parts were timed; multiplied by this, they count from the one that it
    /// took beside the plan. 1 where nothing was timed.
    /// </summary>
    public double GainScale(SelectionProblem problem) => problem.FloatNanoseconds > 0
        && Times.First.Nanoseconds > 0 ? Times.First.Nanoseconds / problem.FloatNanoseconds : 1;
}

/// <summary>A plan that meets the demands and is no faster than fp32.</summary>
/// <param name="Times">The whole network in fp32 and with the plan.</param>
internal sealed record WithheldPlan(Verified Plan, TimeComparison Times);

/// <summary>Which plan ships: times of sub-graphs choose it, times of whole networks decide.</summary>
internal sealed class ShippingPolicy(CompilerOptions options, AcceptanceCriteria criteria, IPlanTrials trials, StageProgress progress)
{
    public Shipment Decide(SelectionProblem problem)
    {
        var chosen = trials.Verify(problem);
        if (options.Objective == Objective.Time && OnePass(chosen, problem) is { } rival
            && (!criteria.Meets(chosen) || IsFaster(rival, chosen)))
        {
            chosen = rival;
        }

        progress.Begin(PlanningStage.WholeNetwork, options.TimingTable is null ? null : "predicting the time of the whole network");
        var times = trials.Times(chosen);
        return options.Objective == Objective.Time && !chosen.IsFloat && criteria.Meets(chosen) && times.Verdict == Verdict.NotFaster
            && trials.Best(problem, c => c.IsFloat) is { } plain
            ? new(plain, plain.Times ?? (times with { Second = times.First }), new(chosen, times))
            : new(chosen, times, null);
    }

    /// <summary>
    /// The best plan of one pass where the one that was chosen has layers in two. Sub-graphs are timed alone; what the second pass reads of
    /// a large network is not in the caches any more, so that the times of whole networks decide between the two
    /// (docs/experiments/two-pass.md). Null where none meets the criteria.
    /// </summary>
    private Verified? OnePass(Verified chosen, SelectionProblem problem)
    {
        if (chosen.Selection.Configurations.All(c => c.IsOnePass))
        {
            return null;
        }

        progress.Begin(PlanningStage.OnePass);
        return trials.Best(problem, c => c.IsOnePass);
    }

    private bool IsFaster(Verified rival, Verified chosen) => trials.Times(rival, chosen) is var times
        && times.First.Nanoseconds < times.Second.Nanoseconds;
}
