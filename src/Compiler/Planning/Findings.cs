using System.Globalization;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Precision;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;
using MixPrec.Diagnostics;
using MixPrec.Jobs;

namespace MixPrec.Compiler.Planning;

/// <summary>What a planned build has to say: why its plan may not be used, and what is odd about one that may.</summary>
internal sealed class Findings(CompilerOptions options, Demands demands, int heldOutSamples)
{
    /// <summary>Share of its time by which the rounds of a network may spread before it is said.</summary>
    private const double WideSpread = 0.2;

    private string HeldOut => Counted.Of(heldOutSamples, "held-out sample");

    private string ReportFile => Path.Combine(options.OutputDirectory ?? "", options.ClassName + ResultFileNames.Report);

    /// <summary>The demand that is missed; null when all are met.</summary>
    public Diagnostic? Failure(Verified verified, LockedPlan locked)
    {
        if (!demands.MeetsBudget(verified))
        {
            return BudgetExceeded(verified, locked);
        }

        if (!demands.MeetsAgreement(verified))
        {
            return Of(DiagnosticCatalog.AgreementMissed, options.ClassName, options.MinTop1Agreement, SignificantDigits.Text(verified.Top1Agreement), HeldOut, ReportFile);
        }

        return demands.MeetsTime(verified) ? null : Of(
            DiagnosticCatalog.LatencyMissed, options.ClassName, SignificantDigits.Text(options.MaxLatencyMicroseconds!.Value),
            SignificantDigits.Above(verified.Times!.Second.Nanoseconds / 1000), SignificantDigits.Text(verified.Times.First.Nanoseconds / 1000), ReportFile);
    }

    /// <summary>Warnings about a plan that may be used.</summary>
    /// <param name="cap">Most configurations of a sub-graph that were timed.</param>
    public IEnumerable<Diagnostic> Warnings(Shipment shipment, SelectionProblem problem, TimingTable? table, int cap)
    {
        if (cap < ConfigurationEnumerator.DefaultCap)
        {
            yield return Of(DiagnosticCatalog.TimingCutShort, options.ClassName, SignificantDigits.Text(options.TimingBudget.TotalSeconds), cap, ConfigurationEnumerator.DefaultCap);
        }

        if (heldOutSamples < LossError.EnoughSamples && !shipment.Plan.IsFloat)
        {
            yield return Of(DiagnosticCatalog.FewHeldOut, options.ClassName, HeldOut, LossError.EnoughSamples);
        }

        if (table is { Agrees: false })
        {
            yield return Of(DiagnosticCatalog.PartsDisagree, options.ClassName, ReportText.Nanoseconds(table.Sum), ReportText.Nanoseconds(table.Whole.Nanoseconds));
        }

        if (options.Objective == Objective.Time && Widest(shipment) is { } widest && widest.RelativeSpread > WideSpread)
        {
            yield return Of(DiagnosticCatalog.TimesSpread, options.ClassName, ReportText.Percent(widest.RelativeSpread), ReportText.Nanoseconds(widest.Nanoseconds));
        }

        if (shipment.Withheld is { } withheld)
        {
            int layers = withheld.Plan.Selection.Assignment.Choices.Count(c => c.Value != PrecisionConfig.F32);
            yield return Of(
                DiagnosticCatalog.PlanNotFaster, options.ClassName, Counted.Of(layers, "layer"), ReportText.Nanoseconds(withheld.Times.Second.Nanoseconds), ReportText.Nanoseconds(withheld.Times.First.Nanoseconds), Difference(withheld.Times));
        }
        else if (shipment.Plan.IsFloat)
        {
            yield return NothingChosen(shipment.Plan, problem);
        }
    }

    private static Measurement? Widest(Shipment shipment) =>
        new[] { shipment.Times.First, shipment.Times.Second, shipment.Withheld?.Times.First, shipment.Withheld?.Times.Second }.OfType<Measurement>().MaxBy(m => m.RelativeSpread);

    private static string Difference(TimeComparison times)
    {
        double change = (times.Second.Nanoseconds / times.First.Nanoseconds) - 1;
        return change >= 0.001 ? ReportText.Percent(change) + " slower" : "no faster";
    }

    /// <summary>Why everything stays in fp32: no candidate gains, or none that does fits the budget.</summary>
    private Diagnostic NothingChosen(Verified plan, SelectionProblem problem)
    {
        var gaining = problem.Groups.SelectMany(g => g.Configurations).Where(c => !c.IsFloat && c.Gain > 0).ToArray();
        if (gaining.Length == 0)
        {
            return Of(DiagnosticCatalog.NothingGains, options.ClassName, options.Objective == Objective.Memory ? "smaller" : "faster");
        }

        // Where plans were measured, what the best of them measured is known to be enough; predictions of candidates that compute almost what fp32 does may be 0.
        double least = plan.Attempts.Where(a => !a.IsFloat).Select(a => a.Measured.UpperBound95).Where(Allows)
            .DefaultIfEmpty(gaining.Select(c => problem.RelativeError(c.LossError)).Where(Allows).DefaultIfEmpty(options.ErrorBudget).Min()).Min();
        bool Allows(double budget) => double.IsFinite(budget) && budget > options.ErrorBudget;
        return Of(DiagnosticCatalog.BudgetAllowsNothing, options.ClassName, SignificantDigits.Text(options.ErrorBudget), SignificantDigits.Above(least, 2));
    }

    private Diagnostic BudgetExceeded(Verified verified, LockedPlan locked)
    {
        double total = locked.Layers.Sum(l => l.LossError);
        var shares = locked.Layers.Where(l => l.LossError > 0).OrderByDescending(l => l.LossError).Take(3).ToArray();
        return Of(DiagnosticCatalog.BudgetExceeded,
            options.ClassName, SignificantDigits.Text(options.ErrorBudget), SignificantDigits.Text(verified.Error.UpperBound95), HeldOut,
            string.Join(", ", shares.Select(l => string.Create(CultureInfo.InvariantCulture, $"{PrintableName.Of(l.Name)} {l.Precision} {l.LossError / total:P0}"))),
            SignificantDigits.Above(verified.Error.UpperBound95, 2), shares.Length == 0 ? "" : $", add KeepFloat=\"{shares[0].Name}\"", ReportFile);
    }

    private Diagnostic Of(DiagnosticDescription description, params object?[] arguments) => Diagnostic.Of(description, options.Model, arguments);
}
