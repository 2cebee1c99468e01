using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Verification;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Report;

/// <summary>What a reader of the report may do next, in sentences: with a plan that missed its budget, and with one that did not.</summary>
internal static class NextSteps
{
    public static IReadOnlyList<string> For(BuildReport report) =>
        [.. report.UpperBound95 > report.ErrorBudget ? Missed(report) : report.Failure is null ? Met(report) : []];

    private static IEnumerable<string> Missed(BuildReport report)
    {
        yield return $"Raise ErrorBudget to {SignificantDigits.Above(report.UpperBound95 * 1.05, 3)} if that error is acceptable.";
        if (Costliest(report) is { } worst)
        {
            yield return $"Keep the layer with the largest share ({ReportText.Percent(worst.ShareOfLossError)}) in fp32: "
                + $"KeepFloat=\"{PrintableName.Format(worst.Name)}\".";
        }

        if (report.MeasuredError < report.ErrorBudget)
        {
            yield return "The measured error itself is within the budget: more than "
                + $"{Counted.Format(report.HeldOutSamples, "held-out sample")} would narrow the bound.";
        }
    }

    private static IEnumerable<string> Met(BuildReport report)
    {
        double gain = report.Solver?.Gain ?? double.NaN;
        if (report.TradeOff.Where(p => p.ErrorBudget > report.ErrorBudget && p.Gain > gain * 1.02).MinBy(p => p.ErrorBudget) is { } next)
        {
            yield return $"For more: ErrorBudget=\"{SignificantDigits.Above(next.ErrorBudget, 2)}\" is predicted to save "
                + $"{ReportText.Gain(next.Gain, report.GainUnit)} instead of {ReportText.Gain(gain, report.GainUnit)}.";
        }

        if (Costliest(report) is { ShareOfLossError: > 0.2 } worst && !report.IsFloat)
        {
            yield return $"For less error: {PrintableName.Format(worst.Name)} makes {ReportText.Percent(worst.ShareOfLossError)} "
                + $"of it and saves {ReportText.Gain(worst.Gain, report.GainUnit)}; "
                + $"KeepFloat=\"{PrintableName.Format(worst.Name)}\" leaves it in fp32.";
        }

        if (report.HeldOutSamples is > 0 and < LossError.EnoughSamples && !report.IsFloat)
        {
            yield return $"For a bound that holds: {Counted.Format(report.HeldOutSamples, "held-out sample")} are too few, "
                + $"{LossError.EnoughSamples} are enough.";
        }

        if (!report.IsFromLock && report.Loss.Length > 0)
        {
            yield return "Commit the lock file: another machine then builds the same class without calibrating.";
        }
    }

    private static ReportLayer? Costliest(BuildReport report) =>
        report.Layers.Where(l => l.ShareOfLossError > 0).MaxBy(l => l.ShareOfLossError);
}
