using System.Globalization;
using MixPrec.Compiler.Selection;
using MixPrec.Experiments.Plots;

namespace MixPrec.Experiments.Strategies;

/// <summary>What figures show of a row of the table.</summary>
internal sealed record PlottedOutcome(string Network, string Strategy, double Budget, double PredictedError, double MeasuredError,
    double ByParts, double ByLayers, double Measured)
{
    /// <param name="row">As <see cref="StrategyOutcome"/> writes it.</param>
    public static PlottedOutcome Parse(string row)
    {
        string[] cells = row.Split(',');
        string[] columns = StrategyOutcome.Header.Split(',');
        double Of(string column) => double.Parse(cells[Array.IndexOf(columns, column)], CultureInfo.InvariantCulture);
        return new(cells[0], cells[1], Of("budget"), Of("predicted error"), Of("measured error"), Of("time by sub-graphs"),
            Of("time by layers"), Of("measured time"));
    }
}

/// <summary>The figures of the experiment.</summary>
internal static class StrategyPlots
{
    private static readonly (string Strategy, string Color, bool Line)[] s_strategies =
    [
        ("IP-ET", "#d55e00", true), ("IP-TT", "#0072b2", true), ("IP-M", "#009e73", true), (StrategyPlan.Prefix, "#333333", true),
        (StrategyPlan.Random, "#999999", false),
    ];

    public static string ErrorOverTime(IReadOnlyList<PlottedOutcome> outcomes) =>
        new Chart("Measured loss error over measured time, budgets rising", "time saved, share of fp32", "relative RMSE of the loss",
            [.. outcomes.GroupBy(o => o.Network).Select(network => new Panel(network.Key,
            [
                .. s_strategies.Select(s => new Series(s.Strategy, s.Color, s.Line, [.. network.Where(o => o.Strategy == s.Strategy)
                    .OrderBy(o => o.Budget).Select(o => (1 - o.Measured, o.MeasuredError))])),
            ]))]).Svg();

    /// <summary>With sub-graphs and without.</summary>
    public static string PredictedTime(IReadOnlyList<PlottedOutcome> outcomes) =>
        new Chart("Predicted over measured share of the time of fp32", "measured", "predicted",
            [.. outcomes.GroupBy(o => o.Network).Select(network => new Panel(network.Key,
            [
                new Series("by layers", "#0072b2", false, [.. network.Select(o => (o.Measured, o.ByLayers))]),
                new Series("by sub-graphs", "#d55e00", false, [.. network.Select(o => (o.Measured, o.ByParts))]),
                new Series("equal", "#333333", true, [.. network.Select(o => o.Measured).Order().Select(s => (s, s))]),
            ]))]).Svg();

    public static string PredictedError(IReadOnlyList<PlottedOutcome> outcomes) =>
        new Chart("Loss error of plans: predicted over measured", "measured", "predicted",
            [.. outcomes.GroupBy(o => o.Network).Select(network => new Panel(network.Key,
            [
                new Series("plans", "#0072b2", false, [.. network.Select(o => (o.MeasuredError, o.PredictedError)).Distinct()]),
            ]))], Logarithmic: true).Svg();
}
