using MixPrec.Compiler.Selection;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>What other budgets would have given: gain over the budget, which has a logarithmic axis.</summary>
internal static class TradeOffChart
{
    private const double Left = 84, Right = 20, Top = 14, Bottom = 40, Width = 760, Height = 300;

    public static Markup Render(BuildReport report)
    {
        var points = report.TradeOff.Where(p => p.ErrorBudget > 0 && double.IsFinite(p.Gain)).OrderBy(p => p.ErrorBudget).ToArray();
        return points.Length < 2 ? Markup.Empty : HtmlReport.Section(
            "Trade-off", "The best predicted gain for each error budget. A step is a layer that changes its precision; the marked point is this build's budget.", Chart(report, points));
    }

    private static Markup Chart(BuildReport report, ParetoPoint[] points)
    {
        double highest = NiceCeiling(points.Max(p => p.Gain));
        double first = Math.Log10(points[0].ErrorBudget), last = Math.Log10(points[^1].ErrorBudget);
        double X(double budget) => Left + ((Width - Left - Right) * (Math.Log10(budget) - first) / Math.Max(last - first, 1e-9));
        double Y(double gain) => Height - Bottom - ((Height - Top - Bottom) * Math.Max(gain, 0) / highest);

        var path = string.Concat(points.Select((p, i) => i == 0
            ? FormattableString.Invariant($"M{X(p.ErrorBudget):0.#} {Y(p.Gain):0.#}")
                : FormattableString.Invariant($"H{X(p.ErrorBudget):0.#}V{Y(p.Gain):0.#}")));
        var chosen = points.MinBy(p => Math.Abs(Math.Log(p.ErrorBudget / report.ErrorBudget)));
        var marks = Markup.Join(points.Select(p => Markup.Of($"""
            <circle class="{(p == chosen ? "chosen" : "point")}" cx="{X(p.ErrorBudget):0.#}" cy="{Y(p.Gain):0.#}" r="{(p == chosen ? 6 : 3.5)}"><title>budget {ReportText.Error(p.ErrorBudget)}: gain {ReportText.Gain(p.Gain, report.GainUnit)}, predicted error {ReportText.Error(p.PredictedError)}, weights {ReportText.Bytes(p.WeightBytes)}</title></circle>
            """)));
        var area = FormattableString.Invariant($"{path}V{Height - Bottom:0.#}H{Left:0.#}Z");
        return Markup.Of($"""
            <div class="scroll"><svg class="chart" viewBox="0 0 {Width} {Height}" role="img" aria-label="gain over error budget">
            {Markup.Join(Enumerable.Range(0, 5).Select(i => Horizontal(highest * i / 4, Y(highest * i / 4), report.GainUnit)))}
            {Markup.Join(Ticks(first, last).Select(t => Vertical(t, X(t))))}
            <path class="area" d="{area}"/><path class="line" d="{path}"/>
            {Budget(report, X, first, last)}
            {marks}
            <text class="axis" x="{(Left + Width - Right) / 2:0.#}" y="{Height - 4:0.#}" text-anchor="middle">error budget (relative RMS error of the loss)</text>
            </svg></div>
            """);
    }

    private static Markup Horizontal(double gain, double y, string unit) =>
        Markup.Of($"<line class=\"grid\" x1=\"{Left:0.#}\" x2=\"{Width - Right:0.#}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/><text class=\"axis\" x=\"{Left - 8:0.#}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{ReportText.Gain(gain, unit)}</text>");

    private static Markup Vertical(double budget, double x) =>
        Markup.Of($"<line class=\"grid\" x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{Top:0.#}\" y2=\"{Height - Bottom:0.#}\"/><text class=\"axis\" x=\"{x:0.#}\" y=\"{Height - Bottom + 16:0.#}\" text-anchor=\"middle\">{budget:0.######}</text>");

    private static Markup Budget(BuildReport report, Func<double, double> x, double first, double last) =>
        !(Math.Log10(report.ErrorBudget) >= first && Math.Log10(report.ErrorBudget) <= last) ? Markup.Empty
            : Markup.Of($"<line class=\"limit\" x1=\"{x(report.ErrorBudget):0.#}\" x2=\"{x(report.ErrorBudget):0.#}\" y1=\"{Top:0.#}\" y2=\"{Height - Bottom:0.#}\"/>");

    /// <summary>1, 2 and 5 of every decade in the range.</summary>
    private static IEnumerable<double> Ticks(double first, double last) =>
        from decade in Enumerable.Range((int)Math.Floor(first), (int)Math.Ceiling(last) - (int)Math.Floor(first) + 1)
        from digit in new[] { 1, 2, 5 }
        let value = digit * Math.Pow(10, decade)
        where Math.Log10(value) >= first - 1e-9 && Math.Log10(value) <= last + 1e-9
        select value;

    /// <summary>The next 1, 2, 4 or 8 times a power of ten, so that quarters are round.</summary>
    private static double NiceCeiling(double value)
    {
        if (!(value > 0))
        {
            return 1;
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return new[] { 1, 2, 4, 8, 10 }.Select(m => m * power).First(m => m >= value * 0.9999);
    }
}
