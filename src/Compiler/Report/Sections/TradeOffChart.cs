using MixPrec.Compiler.Selection;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>
/// What other budgets would have given, as predicted (lines), and what plans measured (points): gain over the loss error, which has a
/// logarithmic axis.
/// </summary>
internal static class TradeOffChart
{
    private const double Left = 84, Right = 20, Top = 14, Bottom = 40, Width = 760, Height = 320;

    public static Markup Render(BuildReport report)
    {
        var points = Known(report.TradeOff);
        return points.Length < 2 ? Markup.Empty : HtmlReport.Section("Trade-off",
            "The best predicted gain for each error budget, and what simpler strategies would get: layers taken out of fp32 in "
                + "their order (prefix) or in a random one. Points are plans as they measured, the bar behind each reaches to its "
                + "95 % bound. The filled point ships; it has to keep its bar left of the dashed line, the budget."
                + (MeasuredGains.Of(report).Any()
                    ? " Small marks are the plans of the measured trade-off below: their gain is measured too."
                    : " What the other strategies measure, mixprec plan --curve finds out."),
            Markup.Format($"{new Chart(report, points).Draw()}{Plans(report)}"));
    }

    private static ParetoPoint[] Known(IEnumerable<ParetoPoint> points) =>
        [.. points.Where(p => p.ErrorBudget > 0 && double.IsFinite(p.Gain)).OrderBy(p => p.ErrorBudget)];

    private static Markup Plans(BuildReport report) => report.MeasuredPlans.Count == 0 ? Markup.Empty : Markup.Format($"""
        <div class="scroll"><table class="sortable"><thead><tr><th>measured plan</th><th class="n">layers not in fp32</th><th class="n">error predicted</th><th class="n">measured</th><th class="n">95 % bound</th><th class="n">gain predicted</th></tr></thead><tbody>
        {Markup.Join(report.MeasuredPlans.Select((p, i) => Markup.Format($"<tr{new Markup(p.Ships ? " class=\"is-chosen\"" : "")}><td data-sort=\"{i}\">{i + 1}{(p.Ships ? report.Failure is null ? ", ships" : ", the best" : p.UpperBound95 > report.ErrorBudget ? ", over the budget" : "")}</td><td class=\"n\">{p.Layers}</td><td class=\"n\" data-sort=\"{ReportText.Key(p.PredictedError)}\">{ReportText.Error(p.PredictedError)}</td><td class=\"n\" data-sort=\"{ReportText.Key(p.MeasuredError)}\">{ReportText.Error(p.MeasuredError)}</td><td class=\"n\" data-sort=\"{ReportText.Key(p.UpperBound95)}\">{ReportText.Error(p.UpperBound95)}</td><td class=\"n\" data-sort=\"{ReportText.Key(p.Gain)}\">{ReportText.Gain(p.Gain, report.GainUnit)}</td></tr>\n")))}
        </tbody></table></div>
        """);

    private sealed class Chart
    {
        private readonly BuildReport _report;
        private readonly ParetoPoint[] _points;
        private readonly double _first, _last, _highest;
        private readonly MeasuredGains[] _measured;

        public Chart(BuildReport report, ParetoPoint[] points)
        {
            (_report, _points) = (report, points);
            var plans = Plans.Where(p => p.MeasuredError > 0).ToArray();
            _measured = [.. MeasuredGains.Of(report)];
            _first = Math.Log10(plans.Select(p => p.MeasuredError).Append(points[0].ErrorBudget).Min());
            _last = Math.Log10(plans.Select(p => p.UpperBound95).Where(double.IsFinite).Append(points[^1].ErrorBudget).Max());
            _highest = NiceCeiling(plans.Select(p => p.Gain).Concat(_measured.Select(m => m.Gain)).Append(points.Max(p => p.Gain)).Max());
        }

        /// <summary>Without those that cannot be drawn.</summary>
        private IEnumerable<ReportPlan> Plans =>
            _report.MeasuredPlans.Where(p => double.IsFinite(p.MeasuredError) && double.IsFinite(p.Gain));

        public Markup Draw()
        {
            string path = Stairs(_points),
                area = FormattableString.Invariant($"{path}V{Height - Bottom:0.#}H{X(_points[0].ErrorBudget):0.#}Z");
            return Markup.Format($"""
                <p class="legend"><span><svg width="26" height="10"><path class="line" d="M0 5H26"/></svg> best, predicted</span>{Markup.Join(_report.Baselines.Select(b => Markup.Format($"<span><svg width=\"26\" height=\"10\"><path class=\"baseline {b.Name}\" d=\"M0 5H26\"/></svg> {b.Name}, predicted</span>")))}<span><svg width="14" height="14"><circle class="point" cx="7" cy="7" r="4"/></svg> measured</span>{Markup.Join(_measured.Select(m => m.Shape).Distinct().Select(s => Markup.Format($"<span><svg width=\"14\" height=\"14\"><path class=\"mark {s}\" d=\"{MeasuredGains.Path(s, 7, 7)}\"/></svg> {s}, measured</span>")))}<span><svg width="14" height="14"><circle class="chosen" cx="7" cy="7" r="6"/></svg> ships</span></p>
                <div class="scroll" tabindex="0"><svg class="chart" viewBox="0 0 {Width} {Height}" role="img" aria-label="gain over loss error">
                {Markup.Join(Enumerable.Range(0, 5).Select(i => Horizontal(_highest * i / 4)))}
                {Markup.Join(Ticks(_first, _last).Select(Vertical))}
                <path class="area" d="{area}"/>
                {Markup.Join(_report.Baselines.Select(b => (b.Name, Points: Known(b.Points))).Where(b => b.Points.Length > 1).Select(b => Markup.Format($"<path class=\"baseline {b.Name}\" d=\"{Stairs(b.Points)}\"><title>{b.Name}, predicted</title></path>\n")))}
                <path class="line" d="{path}"/>
                {Markup.Join(_points.Select(Budget))}
                {Limit()}
                {Markup.Join(_measured.Select(Mark))}
                {Markup.Join(Plans.OrderBy(p => p.Ships).Select(Plan))}
                <text class="axis" x="{(Left + Width - Right) / 2:0.#}" y="{Height - 4:0.#}" text-anchor="middle">relative RMS error of the loss: budget of the lines, measured of the points</text>
                </svg></div>
                """);
        }

        private double X(double error) =>
            Left + ((Width - Left - Right)
                * Math.Clamp((Math.Log10(Math.Max(error, 1e-300)) - _first) / Math.Max(_last - _first, 1e-9), 0, 1));

        private double Y(double gain) => Height - Bottom - ((Height - Top - Bottom) * Math.Max(gain, 0) / _highest);

        private string Stairs(ParetoPoint[] points) => string.Concat(points.Select((p, i) => i == 0
            ? FormattableString.Invariant($"M{X(p.ErrorBudget):0.#} {Y(p.Gain):0.#}")
            : FormattableString.Invariant($"H{X(p.ErrorBudget):0.#}V{Y(p.Gain):0.#}")));

        private Markup Budget(ParetoPoint point) => Markup.Format($"<circle class=\"step\" cx=\"{X(point.ErrorBudget):0.#}\" "
            + $"cy=\"{Y(point.Gain):0.#}\" r=\"3\"><title>budget {ReportText.Error(point.ErrorBudget)}: gain "
            + $"{ReportText.Gain(point.Gain, _report.GainUnit)}, predicted error {ReportText.Error(point.PredictedError)}, weights "
            + $"{ReportText.Bytes(point.WeightBytes)}</title></circle>\n");

        private Markup Plan(ReportPlan plan)
        {
            string bar = double.IsFinite(plan.UpperBound95)
                ? FormattableString.Invariant($"M{X(plan.MeasuredError):0.#} {Y(plan.Gain):0.#}H{X(plan.UpperBound95):0.#}") : "";
            return Markup.Format($"""
                <g class="plan"><title>{(plan.Ships ? "ships: " : "")}measured {ReportText.Error(plan.MeasuredError)} (95 % bound {ReportText.Error(plan.UpperBound95)}), predicted {ReportText.Error(plan.PredictedError)}, gain {ReportText.Gain(plan.Gain, _report.GainUnit)}, {plan.Layers} layers not in fp32</title><path class="bound" d="{bar}"/><circle class="{(plan.Ships ? "chosen" : "point")}" cx="{X(plan.MeasuredError):0.#}" cy="{Y(plan.Gain):0.#}" r="{(plan.Ships ? 6 : 4)}"/></g>

                """);
        }

        private Markup Mark(MeasuredGains mark) => Markup.Format($"<path class=\"mark {mark.Shape}\" "
            + $"d=\"{MeasuredGains.Path(mark.Shape, X(mark.Point.MeasuredError), Y(mark.Gain))}\"><title>{mark.Point.Strategy}, measured: "
            + $"{ReportText.Error(mark.Point.MeasuredError)}, gain {ReportText.Gain(mark.Gain, _report.GainUnit)}</title></path>\n");

        private Markup Horizontal(double gain) =>
            Markup.Format($"<line class=\"grid\" x1=\"{Left:0.#}\" x2=\"{Width - Right:0.#}\" y1=\"{Y(gain):0.#}\" "
                + $"y2=\"{Y(gain):0.#}\"/><text class=\"axis\" x=\"{Left - 8:0.#}\" y=\"{Y(gain) + 4:0.#}\" "
                + $"text-anchor=\"end\">{ReportText.Gain(gain, _report.GainUnit)}</text>");

        private Markup Vertical(double error) =>
            Markup.Format($"<line class=\"grid\" x1=\"{X(error):0.#}\" x2=\"{X(error):0.#}\" y1=\"{Top:0.#}\" "
                + $"y2=\"{Height - Bottom:0.#}\"/><text class=\"axis\" x=\"{X(error):0.#}\" y=\"{Height - Bottom + 16:0.#}\" "
                + $"text-anchor=\"middle\">{error:0.######}</text>");

        private Markup Limit() => !(Math.Log10(_report.ErrorBudget) >= _first && Math.Log10(_report.ErrorBudget) <= _last) ? Markup.Empty
            : Markup.Format($"<line class=\"limit\" x1=\"{X(_report.ErrorBudget):0.#}\" x2=\"{X(_report.ErrorBudget):0.#}\" "
                + $"y1=\"{Top:0.#}\" y2=\"{Height - Bottom:0.#}\"/>");
    }

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
