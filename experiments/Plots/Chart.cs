using MixPrec.Compiler.Report;
using MixPrec.Experiments.Emulation;

namespace MixPrec.Experiments.Plots;

/// <summary>Points of one colour, joined by a line or not.</summary>
internal sealed record Series(string Name, string Color, bool Line, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A plot with its own vertical range.</summary>
internal sealed record Panel(string Title, IReadOnlyList<Series> Series);

/// <summary>Small plots side by side with one legend, as SVG on white.</summary>
/// <param name="Logarithmic">Both axes in powers of ten, of equal range, with the diagonal.</param>
internal sealed record Chart(string Heading, string XLabel, string YLabel, IReadOnlyList<Panel> Panels, bool Logarithmic = false)
{
    private const double Width = 300, Height = 230, Left = 58, Right = 14, Top = 34, Bottom = 46, Header = 66;
    private const int Columns = 3;

    public string Svg()
    {
        int rows = (Panels.Count + Columns - 1) / Columns;
        double width = Columns * Width, height = Header + (rows * Height);
        var series = Panels.SelectMany(p => p.Series).DistinctBy(s => s.Name).ToArray();
        return Markup.Format($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11" fill="#333">
            <rect width="{width}" height="{height}" fill="#fff"/>
            <text x="16" y="24" font-size="16" font-weight="bold">{Heading}</text>
            {Markup.Join(series.Select((s, i) => Markup.Format($"<g transform=\"translate({16 + (i * 142)} 48)\">{Mark(s, 6, -4)}<text x=\"18\">{s.Name}</text></g>\n")))}
            {Markup.Join(Panels.Select((p, i) => Markup.Format($"<g transform=\"translate({i % Columns * Width} {Header + (i / Columns * Height)})\">\n{Plot(p)}</g>\n")))}
            </svg>

            """).Html;
    }

    private Markup Plot(Panel panel)
    {
        var points = panel.Series.SelectMany(s => s.Points).Where(p => !Logarithmic || (p.X > 0 && p.Y > 0))
            .Select(p => (X: Scale(p.X), Y: Scale(p.Y))).ToArray();
        var (x0, x1) = Range(points.Select(p => p.X).Concat(Logarithmic ? points.Select(p => p.Y) : []));
        var (y0, y1) = Logarithmic ? (x0, x1) : Range(points.Select(p => p.Y));
        double X(double x) => Left + ((Width - Left - Right) * (Scale(x) - x0) / (x1 - x0));
        double Y(double y) => Height - Bottom - ((Height - Top - Bottom) * (Scale(y) - y0) / (y1 - y0));
        double right = Width - Right, bottom = Height - Bottom;
        return Markup.Join([
            Markup.Format($"<text x=\"16\" y=\"{Top - 10}\" font-size=\"12\" font-weight=\"bold\">{panel.Title}</text>\n"),
            .. Ticks(x0, x1).Select(t => Markup.Format($"<path d=\"M{X(t):0.#} {Top}V{bottom}\" stroke=\"#e4e4e4\"/><text x=\"{X(t):0.#}\" y=\"{bottom + 15}\" text-anchor=\"middle\">{t:G3}</text>\n")),
            .. Ticks(y0, y1).Select(t => Markup.Format($"<path d=\"M{Left} {Y(t):0.#}H{right}\" stroke=\"#e4e4e4\"/><text x=\"{Left - 6}\" y=\"{Y(t) + 4:0.#}\" text-anchor=\"end\">{t:G3}</text>\n")),
            Markup.Format($"<rect x=\"{Left}\" y=\"{Top}\" width=\"{right - Left}\" height=\"{bottom - Top}\" fill=\"none\" stroke=\"#999\"/>\n"),
            Markup.Format($"<text x=\"{(Left + right) / 2}\" y=\"{bottom + 34}\" text-anchor=\"middle\">{XLabel}</text><text transform=\"translate(14 {(Top + bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{YLabel}</text>\n"),
            Logarithmic ? Markup.Format($"<path d=\"M{Left} {bottom}L{right} {Top}\" stroke=\"#333\" stroke-dasharray=\"5 4\"/>\n")
                : Markup.Empty,
            .. panel.Series.Select(s => Drawn(s, X, Y))]);
    }

    private Markup Drawn(Series series, Func<double, double> x, Func<double, double> y)
    {
        var points = series.Points.Where(p => !Logarithmic || (p.X > 0 && p.Y > 0)).ToArray();
        string path = string.Concat(points.Select((p, i) =>
            FormattableString.Invariant($"{(i == 0 ? 'M' : 'L')}{x(p.X):0.#} {y(p.Y):0.#}")));
        return Markup.Join([
            series.Line && points.Length > 1
                ? Markup.Format($"<path d=\"{path}\" fill=\"none\" stroke=\"{series.Color}\" stroke-width=\"1.5\"/>\n") : Markup.Empty,
            .. points.Select(p => Markup.Format($"{Mark(series, x(p.X), y(p.Y))}\n"))]);
    }

    private Markup Mark(Series series, double x, double y) =>
        Markup.Format($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{(Logarithmic ? 2.5 : 3.5)}\" fill=\"{series.Color}\"/>");

    private double Scale(double value) => Logarithmic ? Math.Log10(value) : value;

    /// <summary>With a margin, in which nothing touches the frame.</summary>
    private static (double, double) Range(IEnumerable<double> values)
    {
        double[] known = [.. values.DefaultIfEmpty(0)];
        double margin = Math.Max(0.08 * (known.Max() - known.Min()), 0.005);
        return (known.Min() - margin, known.Max() + margin);
    }

    /// <summary>Some five round numbers, or every second power of ten.</summary>
    private IEnumerable<double> Ticks(double first, double last)
    {
        double raw = (last - first) / 4, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = Logarithmic ? Math.Max(1, Math.Round(raw)) : power * new[] { 1, 2, 5, 10 }.First(m => m * power >= raw);
        for (double t = Math.Ceiling(first / step); t * step <= last; t++)
        {
            yield return Logarithmic ? Math.Pow(10, t * step) : Math.Round(t * step, 10);
        }
    }
}
