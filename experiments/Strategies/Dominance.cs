using System.Globalization;
using System.Text;
using MixPrec.Compiler.Selection;

namespace MixPrec.Experiments.Strategies;

/// <summary>Whether the integer program for measured time beats what chooses without weighing, budget by budget.</summary>
internal static class Dominance
{
    /// <summary>Share of the time of fp32 within which two plans are as fast: what two measurements of one plan differ by.</summary>
    public const double Noise = 0.02;

    /// <summary>
    /// A row for each budget: time and error of IP-ET, of the prefix, and of the random plans the median time, with a verdict.
    /// </summary>
    public static string Table(string network, IReadOnlyList<StrategyOutcome> outcomes, IReadOnlyList<double> budgets)
    {
        var text = new StringBuilder($"{network}\n\n| budget | IP-ET | IP-TT | IP-M | prefix | random | IP-ET |\n|---|---|---|---|---|---|---|\n");
        foreach (double budget in budgets)
        {
            var own = Of(outcomes, "IP-ET", budget);
            text.Append(CultureInfo.InvariantCulture, $"| {budget:F4} |");
            foreach (string strategy in new[] { "IP-ET", "IP-TT", "IP-M", StrategyPlan.Prefix, StrategyPlan.Random })
            {
                text.Append(CultureInfo.InvariantCulture, $" {Of(outcomes, strategy, budget) switch
                {
                    [] => "fp32",
                    var found => string.Create(CultureInfo.InvariantCulture,
                        $"{Median(found.Select(o => o.Measured.Share)):P0}, {Median(found.Select(o => o.Measured.Error.Value)):F4}"),
                }} |");
            }

            text.Append(CultureInfo.InvariantCulture, $" {Verdict(outcomes, budget)} |\n");
        }

        return text.ToString();
    }

    /// <summary>
    /// <c>fastest</c>: no plan of a baseline under the budget takes less time. <c>as fast</c>: one does, within what chance makes.
    /// Otherwise which one takes how much less.
    /// </summary>
    public static string Verdict(IReadOnlyList<StrategyOutcome> outcomes, double budget)
    {
        double own = Share(outcomes, "IP-ET", budget);
        var (strategy, share) = new[] { StrategyPlan.Prefix, StrategyPlan.Random }.Select(s => (s, Share: Share(outcomes, s, budget)))
            .MinBy(s => s.Share);
        return own <= share ? "fastest" : own <= share + Noise ? "as fast"
            : string.Create(CultureInfo.InvariantCulture, $"slower than {strategy} by {own - share:P0}");
    }

    /// <summary>The least; what chose nothing takes the time of fp32.</summary>
    private static double Share(IReadOnlyList<StrategyOutcome> outcomes, string strategy, double budget) =>
        Of(outcomes, strategy, budget).Select(o => o.Measured.Share).DefaultIfEmpty(1).Min();

    private static StrategyOutcome[] Of(IReadOnlyList<StrategyOutcome> outcomes, string strategy, double budget) =>
        [.. outcomes.Where(o => o.Strategy == strategy && o.Budget == budget)];

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;
}
