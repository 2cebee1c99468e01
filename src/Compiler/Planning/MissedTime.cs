using System.Globalization;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Verification;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Planning;

/// <summary>
/// A demand on time that no plan meets: the best time of a plan that keeps the other criteria, and what would allow more.
/// </summary>
/// <param name="attempts">Every plan that was tried.</param>
internal sealed class MissedTime(CompilerOptions options, AcceptanceCriteria criteria, IReadOnlyList<Verified> attempts,
    string reportFile)
{
    private readonly Verified[] _timed = [.. attempts.Where(a => a.Times is not null).OrderBy(Microseconds)];

    private Verified Fastest => _timed[0];

    /// <summary>Of those that keep the other criteria, where there is one.</summary>
    private Verified Best => _timed.FirstOrDefault(criteria.MeetsQuality) ?? Fastest;

    private string Source => Best.Times!.IsPredicted ? "predicted with the timing table" : "measured on the whole network";

    /// <param name="problem">With all configurations.</param>
    public Diagnostic Describe(SelectionProblem problem) =>
        options.MaxLatencyMicroseconds is { } limit && !criteria.MeetsLatency(Best) ? Latency(limit, problem)
            : Speedup(options.MinSpeedup!.Value, problem);

    private Diagnostic Latency(double limit, SelectionProblem problem)
    {
        double reach = Reach(problem) / 1000;
        string advice = reach > limit && !_timed.Any(criteria.MeetsTime)
            ? $"Raise the limit; no ErrorBudget is predicted to lead below {SignificantDigits.Text(reach)} µs, "
                + "with the fastest candidate of every layer."
            : "Raise the limit or ErrorBudget.";
        return Diagnostic.Create(DiagnosticCatalog.LatencyMissed, options.Model, options.ClassName, SignificantDigits.Text(limit),
            SignificantDigits.Above(Microseconds(Best)), Source, SignificantDigits.Text(Best.Times!.First.Nanoseconds / 1000),
            Cost($"{SignificantDigits.Above(Microseconds(Fastest))} µs"), advice, reportFile);
    }

    private Diagnostic Speedup(double least, SelectionProblem problem) => Diagnostic.Create(DiagnosticCatalog.SpeedupMissed, options.Model,
        options.ClassName, SignificantDigits.Text(least), Below(Best.Times!.Speedup), SignificantDigits.Above(Microseconds(Best)),
        SignificantDigits.Text(Best.Times.First.Nanoseconds / 1000), Source, Cost(Below(Fastest.Times!.Speedup)), Advice(least, problem),
        reportFile);

    /// <summary>
    /// Which other demand would have to give way, and by how much: the least value of it with which the speedup is predicted, where the
    /// others stay.
    /// </summary>
    private string Advice(double least, SelectionProblem problem)
    {
        double reach = problem.FloatNanoseconds / Reach(problem);
        if (reach < least)
        {
            return $"Lower it; no ErrorBudget is predicted to lead above {Below(reach)}, with the fastest candidate of every layer.";
        }

        problem = problem with { MaxLatencyNanoseconds = problem.FloatNanoseconds / least, BudgetScale = 1 };
        return MissedLimits.Least(problem, LimitKind.LossError) is { } accurate
            ? "ErrorBudget "
                + SignificantDigits.Above(problem.RelativeError(accurate) * Underestimate, 2)
                + " is predicted to allow it."
            : MissedLimits.Least(problem, LimitKind.WeightBytes) is { } small
                ? string.Create(CultureInfo.InvariantCulture,
                    $"MaxWeightBytes {problem.FixedWeightBytes + small.Sum(c => c.WeightBytes)} is predicted to allow it.")
            : "Lower it, or raise ErrorBudget and MaxWeightBytes.";
    }

    /// <summary>How far bounds of measured errors lay above predictions, 1 at least: the next plan's will as well.</summary>
    private double Underestimate => attempts.Where(a => a.Selection.LossError > 0)
        .Select(a => a.Error.UpperBound95 / a.Selection.PredictedError).Where(double.IsFinite).Append(1).Max();

    /// <summary>What the fastest plan would cost, where it is not the best.</summary>
    /// <param name="time">Of the fastest.</param>
    private string Cost(string time) => criteria.MeetsQuality(Fastest) ? ""
        : (ReferenceEquals(Best, Fastest) ? ", with " : $"; {time} with ")
            + (criteria.MeetsBudget(Fastest) && !criteria.MeetsAccuracy(Fastest)
                ? $"{ReportText.Points(Fastest.Accuracy!.Points)} of accuracy lost, "
                    + $"at most {ReportText.Points(Fastest.Accuracy.UpperBound95)}, "
                    + $"above AccuracyDrop {SignificantDigits.Text(options.AccuracyDrop!.Value)}"
                : criteria.MeetsBudget(Fastest)
                ? $"a top-1 agreement of {SignificantDigits.Text(Fastest.Top1Agreement)}, "
                    + $"below MinTop1Agreement {SignificantDigits.Text(options.MinTop1Agreement!.Value)}"
                : $"a loss error of {SignificantDigits.Above(Fastest.Error.UpperBound95, 2)}, "
                    + $"above ErrorBudget {SignificantDigits.Text(options.ErrorBudget)}");

    private static double Microseconds(Verified plan) => plan.Times!.Second.Nanoseconds / 1000;

    /// <summary>
    /// Nanoseconds that the network is predicted to take when every part is as fast as any of its configurations makes it.
    /// </summary>
    private static double Reach(SelectionProblem problem) =>
        problem.FloatNanoseconds - problem.Groups.Sum(g => g.Configurations.Max(c => c.GainNanoseconds));

    /// <summary>Rounded down: what is said to have been found has been found.</summary>
    private static string Below(double speedup) => (Math.Floor(speedup * 100) / 100).ToString("0.00", CultureInfo.InvariantCulture);
}
