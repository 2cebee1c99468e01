using System.Globalization;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;
using MixPrec.Diagnostics;
using MixPrec.Jobs;

namespace MixPrec.Compiler.Planning;

/// <summary>What a planned build has to say: why its plan may not be used, and what is odd about one that may.</summary>
internal sealed class Findings(CompilerOptions options, AcceptanceCriteria criteria, int heldOutSamples)
{
    /// <summary>Share of its time by which the rounds of a network may spread before it is said.</summary>
    private const double WideSpread = 0.2;

    private string HeldOut => Counted.Format(heldOutSamples, "held-out sample");

    /// <summary>In a message; a plan that is only made for the lock file has none.</summary>
    private string ReportFile => options.OutputDirectory is { Length: > 0 } folder
        ? Path.Combine(folder, options.ClassName + ResultFileNames.Report)
        : "written where --output names a folder";

    /// <summary>
    /// The demand that is missed; null when all are met. It is the time where a plan keeps all others, and where no plan that was measured
    /// is fast enough, however large its error.
    /// </summary>
    public Diagnostic? Failure(Verified verified, LockedPlan locked) =>
        criteria.Meets(verified) ? null
        : !criteria.MeetsTime(verified) && (criteria.MeetsQuality(verified) || !Attempts(verified).Any(criteria.MeetsTime))
            ? TimeMissed(verified)
        : !criteria.MeetsBudget(verified) ? BudgetExceeded(verified, locked)
        : !criteria.MeetsAccuracy(verified) ? AccuracyMissed(verified.Accuracy!)
        : Of(DiagnosticCatalog.AgreementMissed, options.ClassName, options.MinTop1Agreement, SignificantDigits.Text(verified.Top1Agreement),
            HeldOut, ReportFile);

    /// <summary>Warnings about a plan that may be used.</summary>
    /// <param name="cap">Most configurations of a sub-graph that were timed.</param>
    public IEnumerable<Diagnostic> Warnings(Shipment shipment, SelectionProblem problem, TimingTable? table, int cap)
    {
        if (cap < ConfigurationEnumerator.DefaultCap)
        {
            yield return Of(DiagnosticCatalog.TimingCutShort, options.ClassName, SignificantDigits.Text(options.TimingBudget.TotalSeconds),
                cap, ConfigurationEnumerator.DefaultCap);
        }

        if (heldOutSamples < LossError.EnoughSamples && !shipment.Plan.IsFloat)
        {
            yield return Of(DiagnosticCatalog.FewHeldOut, options.ClassName, HeldOut, LossError.EnoughSamples);
        }

        // Of a timing table this is said when it is made.
        bool isMeasured = !shipment.Times.IsPredicted;
        if (isMeasured && table is { Agrees: false })
        {
            yield return Of(DiagnosticCatalog.PartsDisagree, options.ClassName, ReportText.Nanoseconds(table.Sum),
                ReportText.Nanoseconds(table.Whole.Nanoseconds));
        }

        if (isMeasured && options.Objective == Objective.Time && Widest(shipment) is { } widest && widest.RelativeSpread > WideSpread)
        {
            yield return Of(DiagnosticCatalog.TimesSpread, options.ClassName, ReportText.Percent(widest.RelativeSpread),
                ReportText.Nanoseconds(widest.Nanoseconds));
        }

        if (shipment.Withheld is { } withheld)
        {
            int layers = withheld.Plan.Selection.Assignment.Choices.Count(c => c.Value != PrecisionConfig.F32);
            yield return Of(
                DiagnosticCatalog.PlanNotFaster, options.ClassName, Counted.Format(layers, "layer"),
                    ReportText.Nanoseconds(withheld.Times.Second.Nanoseconds), ReportText.Nanoseconds(withheld.Times.First.Nanoseconds),
                    Difference(withheld.Times));
        }
        else if (shipment.Plan.IsFloat)
        {
            yield return NothingChosen(shipment.Plan, problem, table);
        }
    }

    private static Measurement? Widest(Shipment shipment) =>
        new[] { shipment.Times.First, shipment.Times.Second, shipment.Withheld?.Times.First,
            shipment.Withheld?.Times.Second }.OfType<Measurement>().MaxBy(m => m.RelativeSpread);

    private static string Difference(TimeComparison times)
    {
        double change = (times.Second.Nanoseconds / times.First.Nanoseconds) - 1;
        return change >= 0.001 ? ReportText.Percent(change) + " slower" : "no faster";
    }

    /// <summary>Why everything stays in fp32: no candidate gains, or none that does keeps the criteria.</summary>
    private Diagnostic NothingChosen(Verified plan, SelectionProblem problem, TimingTable? table)
    {
        var gaining = problem.Groups.SelectMany(g => g.Configurations).Where(c => !c.IsFloat && c.Gain > 0).ToArray();
        if (gaining.Length == 0)
        {
            return NothingGains(table);
        }

        var tried = plan.Attempts.Where(a => !a.IsFloat).ToArray();
        if (tried.Where(criteria.MeetsBudget).Select(a => a.Top1Agreement).DefaultIfEmpty(double.NaN).Max() is var agreement
            && agreement < options.MinTop1Agreement)
        {
            return Of(DiagnosticCatalog.AgreementAllowsNothing, options.ClassName, options.MinTop1Agreement,
                SignificantDigits.Text(agreement), HeldOut);
        }

        if (tried.Length > 0 && tried.All(a => !criteria.MeetsAccuracy(a)) && tried.Any(criteria.MeetsBudget))
        {
            var best = tried.Where(criteria.MeetsBudget).Select(a => a.Accuracy!).MinBy(a => a.UpperBound95)!;
            return Of(DiagnosticCatalog.AccuracyAllowsNothing, options.ClassName, SignificantDigits.Text(options.AccuracyDrop!.Value),
                ReportText.Points(best.Points), ReportText.Points(best.UpperBound95), HeldOut, MoreSamples(best));
        }

        // Where plans were measured, what the best of them measured is known to be enough; predictions of candidates that compute almost
        // what fp32 does may be 0.
        bool IsAbove((double Budget, double Gain) plan) => double.IsFinite(plan.Budget) && plan.Budget > options.ErrorBudget;
        var measured = tried.Select(a => (Budget: a.Error.UpperBound95, a.Selection.Gain)).Where(IsAbove).ToArray();
        var predicted = gaining.Select(c => (Budget: problem.RelativeError([c]), c.Gain)).Where(IsAbove).ToArray();
        if (measured.Length + predicted.Length == 0)
        {
            return Of(DiagnosticCatalog.LimitsAllowNothing, options.ClassName, OtherLimits());
        }

        var (budget, gain) = (measured.Length > 0 ? measured : predicted).MinBy(p => p.Budget);
        return Of(DiagnosticCatalog.BudgetAllowsNothing, options.ClassName, SignificantDigits.Text(options.ErrorBudget),
            measured.Length > 0 ? "when it is measured" : "as predicted", SignificantDigits.Above(budget, 2),
            options.Objective != Objective.Time ? ""
                : $", predicted to save {ReportText.Nanoseconds(gain)} of {ReportText.Nanoseconds(problem.FloatNanoseconds)}");
    }

    /// <summary>As certain as the times are: what may be faster within the spread of its rounds is counted.</summary>
    private Diagnostic NothingGains(TimingTable? table)
    {
        if (options.Objective == Objective.Memory)
        {
            return Of(DiagnosticCatalog.NothingGains, options.ClassName, "smaller", "");
        }

        int open = table?.Subgraphs.Sum(s =>
            s.Configurations.Count(c => !ReferenceEquals(c, s.Float32) && GainModels.MayGain(s.Float32, c))) ?? 0;
        return Of(DiagnosticCatalog.NothingGains, options.ClassName, open == 0 ? "faster" : "certain to be faster",
            open == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $" {open} of their configurations may be: the rounds spread too far to tell. Plan again when the machine is idle, "
            + $"or with more time than {options.TimingBudget.TotalSeconds} s (MixPrecTimingSeconds)."));
    }

    private string OtherLimits() => string.Join(" and ", new[]
    {
        options.MaxWeightBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"MaxWeightBytes {bytes}") : null,
        options.MaxLatencyMicroseconds is { } time ? "MaxLatencyMicroseconds " + SignificantDigits.Text(time) : null,
        options.MinSpeedup is { } speedup ? "MinSpeedup " + SignificantDigits.Text(speedup) : null,
    }.OfType<string>().DefaultIfEmpty("the choices that are left for other layers"));

    private static IReadOnlyList<Verified> Attempts(Verified verified) => verified.Attempts.Count > 0 ? verified.Attempts : [verified];

    private Diagnostic TimeMissed(Verified verified) =>
        new MissedTime(options, criteria, Attempts(verified), ReportFile).Describe(verified.Selection.Problem);

    private Diagnostic BudgetExceeded(Verified verified, LockedPlan locked)
    {
        double total = locked.Layers.Sum(l => l.LossError);
        var shares = locked.Layers.Where(l => l.LossError > 0).OrderByDescending(l => l.LossError).Take(3).ToArray();
        return Of(DiagnosticCatalog.BudgetExceeded,
            options.ClassName, SignificantDigits.Text(options.ErrorBudget), SignificantDigits.Text(verified.Error.UpperBound95),
            HeldOut + OfOutput(verified),
            string.Join(", ", shares.Select(l =>
                string.Create(CultureInfo.InvariantCulture, $"{PrintableName.Format(l.Name)} {l.Precision} {l.LossError / total:P0}"))),
            SignificantDigits.Above(verified.Error.UpperBound95, 2), TimeOf(locked.Numbers),
            shares.Length == 0 ? "" : $", add KeepFloat=\"{shares[0].Name}\"",
                ReportFile);
    }

    /// <summary>Which output it is, where several are bounded.</summary>
    private static string OfOutput(Verified verified) =>
        verified.Outputs.FirstOrDefault(o => ReferenceEquals(o.Error, verified.Error)) is not { } output ? ""
            : $" for output '{PrintableName.Format(output.Name)}'";

    private Diagnostic AccuracyMissed(AccuracyDrop accuracy) => Of(DiagnosticCatalog.AccuracyMissed, options.ClassName,
        SignificantDigits.Text(options.AccuracyDrop!.Value), ReportText.Points(accuracy.Points), ReportText.Points(accuracy.UpperBound95),
        HeldOut, ReportText.Percent(accuracy.Float32Accuracy), ReportText.Percent(accuracy.PlanAccuracy), MoreSamples(accuracy),
        ReportFile);

    /// <summary>Where a plan that changes no answer would miss the demand as well, for want of samples.</summary>
    private string MoreSamples(AccuracyDrop accuracy) => AccuracyDrop.SamplesFor(options.AccuracyDrop!.Value) is var needed
        && needed > accuracy.Samples
        ? $" So few samples show no drop that small, even where no answer changes: give at least {needed}, or raise AccuracyDrop." : "";

    /// <summary>What the plan would take; nothing of plans that are not made for their time.</summary>
    private string TimeOf(LockedNumbers numbers)
    {
        bool isMeasured = double.IsFinite(numbers.MeasuredMicroseconds);
        double time = isMeasured ? numbers.MeasuredMicroseconds : numbers.PredictedMicroseconds;
        return options.Objective != Objective.Time || !(time > 0) ? ""
            : $" (one run is {(isMeasured ? "then" : "then predicted to be")} "
                + $"{ReportText.Ratio(numbers.Float32Microseconds / time)} as fast as in fp32: {ReportText.Microseconds(time)} "
                + $"instead of {ReportText.Microseconds(numbers.Float32Microseconds)})";
    }

    private Diagnostic Of(DiagnosticDescription description, params object?[] arguments) =>
        Diagnostic.Create(description, options.Model, arguments);
}
