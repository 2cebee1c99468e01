using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;

namespace MixPrec.Compiler.Verification;

/// <summary>What was measured of the emitted class of an assignment.</summary>
/// <param name="Top1Agreement">Share of samples whose largest output stays the same; NaN where outputs are no classes.</param>
/// <param name="Times">The whole network in fp32 and as assigned; null where its time does not matter.</param>
internal sealed record PlanMeasurement(LossError Error, double Top1Agreement, TimeComparison? Times = null)
{
    /// <summary>Null where the samples have no labels, or the network no classes.</summary>
    public AccuracyDrop? Accuracy { get; init; }

    /// <summary>The errors of all outputs where several are bounded; the largest of them is <see cref="Error"/>.</summary>
    public IReadOnlyList<OutputError> Outputs { get; init; } = [];
}

/// <summary>A selection as the emitted class measures on held-out samples.</summary>
/// <param name="Top1Agreement">Share of samples whose largest output stays the same; NaN where outputs are no classes.</param>
/// <param name="Repairs">How many plans had been measured before.</param>
internal sealed record Verified(SelectionResult Selection, LossError Error, double Top1Agreement, int Repairs)
{
    /// <summary>The whole network in fp32 and as selected; null where its time is no demand.</summary>
    public TimeComparison? Times { get; init; }

    /// <summary>Null where the samples have no labels, or the network no classes.</summary>
    public AccuracyDrop? Accuracy { get; init; }

    /// <summary>The errors of all outputs where several are bounded; the largest of them is <see cref="Error"/>.</summary>
    public IReadOnlyList<OutputError> Outputs { get; init; } = [];

    /// <summary>Every plan that was measured on the way to this one, in their order; itself among them.</summary>
    public IReadOnlyList<Verified> Attempts { get; init; } = [];

    public bool IsFloat => Selection.Configurations.All(c => c.IsFloat);
}

/// <summary>What a measured plan must keep.</summary>
/// <param name="MaxNanoseconds">Longest time of the whole network.</param>
internal sealed record AcceptanceCriteria(double ErrorBudget, double? MinTop1Agreement, double? MaxNanoseconds = null)
{
    /// <summary>Least time of the whole network in fp32, as a multiple of its time with the plan.</summary>
    public double? MinSpeedup { get; init; }

    /// <summary>Most points of top-1 accuracy that may be lost, as the bound of what was counted says.</summary>
    public double? MaxAccuracyDrop { get; init; }

    /// <summary>Whether a plan has to be timed to say if it is kept.</summary>
    public bool DemandsTime => MaxNanoseconds is not null || MinSpeedup is not null;

    public bool MeetsBudget(Verified verified) => verified.Error.UpperBound95 <= ErrorBudget;

    /// <summary>A demanded agreement that cannot be measured is not met.</summary>
    public bool MeetsAgreement(Verified verified) => MinTop1Agreement is not { } least || verified.Top1Agreement >= least;

    /// <summary>Fp32 loses nothing, however few samples show it.</summary>
    public bool MeetsAccuracy(Verified verified) => MaxAccuracyDrop is not { } most || verified.IsFloat
        || verified.Accuracy?.UpperBound95 <= most;

    /// <summary>What was measured counts, not what was predicted.</summary>
    public bool MeetsTime(Verified verified) => MeetsLatency(verified) && MeetsSpeedup(verified);

    public bool MeetsLatency(Verified verified) => MaxNanoseconds is not { } most || verified.Times?.Second.Nanoseconds <= most;

    public bool MeetsSpeedup(Verified verified) => MinSpeedup is not { } least || verified.Times?.Speedup >= least;

    /// <summary>The longest time that both demands on it allow; null where there is none.</summary>
    /// <param name="float32">Nanoseconds of the whole network in fp32.</param>
    public double? MostNanoseconds(double float32) => MinSpeedup is { } least
        ? Math.Min(float32 / least, MaxNanoseconds ?? double.PositiveInfinity) : MaxNanoseconds;

    public bool MeetsQuality(Verified verified) => MeetsBudget(verified) && MeetsAnswers(verified);

    public bool Meets(Verified verified) => MeetsQuality(verified) && MeetsTime(verified);

    /// <summary>
    /// Which of two plans to keep: the one that gains more of those that meet everything, then one within the budget (of several the one
    /// whose answers meet the demands, the better answers, the shorter time), then the lower error.
    /// </summary>
    public bool Prefers(Verified candidate, Verified incumbent) =>
        Meets(candidate) ? !Meets(incumbent) || candidate.Selection.Gain > incumbent.Selection.Gain
        : Meets(incumbent) ? false
        : MeetsBudget(candidate) != MeetsBudget(incumbent) ? MeetsBudget(candidate)
        : !MeetsBudget(candidate) ? candidate.Error.UpperBound95 < incumbent.Error.UpperBound95
        : MeetsAnswers(candidate) != MeetsAnswers(incumbent) ? MeetsAnswers(candidate)
        : !MeetsAnswers(candidate) && Answers(candidate) != Answers(incumbent) ? Answers(candidate) > Answers(incumbent)
        : candidate.Times is { } time && incumbent.Times is { } other ? time.Second.Nanoseconds < other.Second.Nanoseconds
        : candidate.Error.UpperBound95 < incumbent.Error.UpperBound95;

    private bool MeetsAnswers(Verified verified) => MeetsAgreement(verified) && MeetsAccuracy(verified);

    /// <summary>How good the answers are in what is demanded of them.</summary>
    private double Answers(Verified verified) => (MinTop1Agreement is null ? 0 : verified.Top1Agreement)
        - (MaxAccuracyDrop is null ? 0 : verified.Accuracy is { } accuracy ? accuracy.UpperBound95 / 100 : 1);
}

/// <summary>
/// Solve, measure the emitted class on held-out samples, tighten the right-hand side by what was measured against what was predicted, solve
/// again, until a plan meets the criteria. One layer whose error was underestimated makes that limit far too tight, so that what follows
/// narrows the gap from both sides: between the widest limit that led to a plan within the budget and the least error of one that is not.
/// Where the time alone is missed, its limit is tightened alike, and then the gap is searched for plans that are faster.
/// </summary>
internal static class RepairLoop
{
    /// <summary>How many plans are measured at most after the first.</summary>
    public const int Rounds = 4;

    /// <summary>
    /// Share of the corrected limit that the next round may use: a repair that lands on the limit would be measured over it half of the
    /// time.
    /// </summary>
    private const double Margin = 0.95;

    /// <summary>
    /// What each further miss takes of the limit besides: a prediction that was wrong twice is no measure of the next step, and the rounds
    /// that are left look for more again from within the budget.
    /// </summary>
    private const double Impatience = 0.5;

    /// <summary>What the limit shrinks to when only the agreement is missed, which says nothing about how far.</summary>
    private const double Step = 0.8;

    /// <summary>Loads round up to 2⁻³⁰ of the limit each: what lets the most accurate plan pass in spite of it.</summary>
    private const double Headroom = 1 + 1e-6;

    /// <summary>
    /// The ratio of squared errors below which a gap is not worth another measurement, and the one beyond which it is not halved.
    /// </summary>
    private const double Narrow = 1.5, Wide = 100;

    /// <param name="solve">The integer program.</param>
    /// <param name="measure">The measured loss error and agreement of an assignment.</param>
    /// <returns>The plan that gains most of those that meet the criteria, or else the best one that was measured.</returns>
    /// <exception cref="MixPrecException">MXP4001, MXP4004: already the first round has no plan.</exception>
    public static Verified Run(
        SelectionProblem problem, AcceptanceCriteria criteria, string className, string? file,
        Func<SelectionProblem, SelectionResult> solve, Func<PrecisionAssignment, PlanMeasurement> measure)
    {
        var groups = problem.Groups;
        var measured = new List<Verified>();
        Verified? best = null;
        double met = 0, missed = double.PositiveInfinity;
        for (SelectionProblem? next = FastestChoice.Reachable(problem); next is not null && measured.Count <= Rounds;)
        {
            problem = next;
            var selection = solve(problem);
            if (best is not null && selection.Status is SelectionStatus.Infeasible or SelectionStatus.Unknown)
            {
                break;
            }

            selection = selection.Require(className, file).Among(groups);
            if (measured.Any(m => m.Selection.Chosen.SequenceEqual(selection.Chosen)))
            {
                if (!criteria.Meets(best!))
                {
                    break;
                }

                met = problem.BudgetScale;
            }
            else
            {
                var found = measure(selection.Assignment);
                var current = new Verified(selection, found.Error, found.Top1Agreement, measured.Count)
                {
                    Times = found.Times, Accuracy = found.Accuracy, Outputs = found.Outputs,
                };
                measured.Add(current);
                best = best is null || criteria.Prefers(current, best) ? current : best;
                (met, missed) = criteria.MeetsQuality(current) ? (Math.Max(met, problem.BudgetScale), missed)
                    : (met, Math.Min(missed, Used(problem, selection)));
            }

            next = criteria.Meets(best!) ? HasGap(met, missed) ? problem with { BudgetScale = Between(met, missed) } : null
                : criteria.MeetsQuality(best!) ? Faster(problem, criteria, best!, met, missed)
                : MoreAccurate(problem, criteria, measured);
        }

        return best! with { Attempts = measured };
    }

    /// <summary>
    /// What is predicted to be faster than the best plan and as accurate, or else a little less accurate; null where nothing is.
    /// </summary>
    private static SelectionProblem? Faster(SelectionProblem problem, AcceptanceCriteria criteria, Verified best, double met, double missed)
    {
        for (double scale = met; ; scale = Between(scale, missed))
        {
            if (Faster(problem with { BudgetScale = scale }, criteria, best) is { } faster)
            {
                return faster;
            }

            if (!HasGap(scale, missed))
            {
                return null;
            }
        }
    }

    /// <summary>
    /// The plan was predicted p and measured m: the same ratio holds for the next one when it is predicted to take at most p·limit/m. Never
    /// below what can be reached; null where the plan was the fastest already.
    /// </summary>
    private static SelectionProblem? Faster(SelectionProblem problem, AcceptanceCriteria criteria, Verified slow)
    {
        double predicted = problem.FloatNanoseconds - slow.Selection.GainNanoseconds;
        if (slow.Times is not { } times || criteria.MostNanoseconds(times.First.Nanoseconds) is not { } most
            || FastestChoice.Nanoseconds(problem) is not { } least || least >= predicted)
        {
            return null;
        }

        return problem with { MaxLatencyNanoseconds = Math.Max(least, predicted * most / times.Second.Nanoseconds * Margin) };
    }

    /// <summary>
    /// After a plan whose error or agreement is missed. Its time is no reason to end here: the limit of time gives way to what the smaller
    /// budget can reach. What was predicted to change nothing leaves no limit to tighten: then everything in fp32 is next. It is also what
    /// the last round tries, where it may be chosen: a build fails for want of a plan, not for want of rounds.
    /// </summary>
    private static SelectionProblem? MoreAccurate(SelectionProblem problem, AcceptanceCriteria criteria, List<Verified> measured)
    {
        var current = measured[^1];
        return (measured.Count == Rounds && problem.Where(c => c.IsFloat) is { } plain ? plain with { BudgetScale = 1 }
            : current.Selection.LossError > 0
                ? Tightened(problem, criteria, current, Math.Pow(Impatience, measured.Count(m => !criteria.MeetsBudget(m)) - 1))
            : current.IsFloat ? null : problem.Where(c => c.IsFloat)) is { } next ? FastestChoice.Reachable(next) : null;
    }

    /// <summary>
    /// The plan used p² of the budget and measured u²: the same ratio holds for the next plan when p'² ≤ p²·τ²/u², in the unit of the row
    /// BudgetScale' = p²/u². Where the budget is met (u ≤ τ) the limit is taken a step below p². Never below the most accurate plan there
    /// is.
    /// </summary>
    /// <param name="problem">As it was solved.</param>
    /// <param name="criteria">What is to be met.</param>
    /// <param name="current">What was measured last.</param>
    /// <param name="share">Of the limit where the budget is missed, see <see cref="Impatience"/>.</param>
    private static SelectionProblem Tightened(SelectionProblem problem, AcceptanceCriteria criteria, Verified current, double share)
    {
        double used = Used(problem, current.Selection), least = problem.LeastUse;
        double excess = Math.Pow(current.Error.UpperBound95 / criteria.ErrorBudget, 2);
        double scale = used * (excess > 1 ? Margin / excess * share : Step);
        return problem with { BudgetScale = least * Headroom < used ? Math.Max(scale, least * Headroom) : scale };
    }

    private static bool HasGap(double met, double missed) => missed > met * Narrow && !double.IsPositiveInfinity(missed);

    private static double Between(double met, double missed) => Math.Max(Math.Sqrt(met * missed), missed / Wide);

    /// <summary>What the selection is predicted to use of the budget: squared error over the untightened limit.</summary>
    private static double Used(SelectionProblem problem, SelectionResult selection) => problem.UseOf(selection.Configurations);
}
