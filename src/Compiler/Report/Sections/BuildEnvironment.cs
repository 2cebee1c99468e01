namespace MixPrec.Compiler.Report.Sections;

/// <summary>With what the numbers were made: options, machine, data, and where the build's own time went.</summary>
internal static class BuildEnvironment
{
    public static Markup Render(BuildReport report)
    {
        var columns = Markup.Join([Pairs("Options", report.Options.Where(o => o.Value.Length > 0)), Pairs("Made with", Facts(report)),
            Pairs("Versions and hashes", report.Origins), Pairs("Other plans in the lock file", report.OtherPlans), Phases(report)]);
        return columns.Html.Length == 0 ? Markup.Empty
            : Markup.Format($"<section><h2>Build environment</h2><div class=\"columns\">{columns}</div></section>");
    }

    private static IEnumerable<KeyValuePair<string, string>> Facts(BuildReport report)
    {
        if (report.Machine.Length > 0)
        {
            yield return new("machine", report.Machine);
        }

        if (report.Loss.Length > 0)
        {
            yield return new("loss", report.LossReason.Length > 0 ? $"{report.Loss}, because {report.LossReason}" : report.Loss);
        }

        if (report.SubnormalWeights > 0)
        {
            yield return new("subnormal weights", ReportText.SubnormalWeights(report.SubnormalWeights));
        }

        foreach (var (name, count) in new[] { ("calibration samples", report.CalibrationSamples),
            ("held-out samples", report.HeldOutSamples) })
        {
            if (count > 0)
            {
                yield return new(name, FormattableString.Invariant($"{count}"));
            }
        }
    }

    private static Markup Pairs(string title, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var rows = Markup.Join(pairs.Select(p => Markup.Format($"<dt>{p.Key}</dt><dd>{p.Value}</dd>")));
        return rows.Html.Length == 0 ? Markup.Empty : Markup.Format($"<div><h3>{title}</h3><dl>{rows}</dl></div>");
    }

    private static Markup Phases(BuildReport report)
    {
        double longest = report.Phases.Select(p => p.Value).DefaultIfEmpty(0).Max();
        var rows = Markup.Join(report.Phases.Select(p => Markup.Format(
            $"<dt>{p.Key}</dt><dd><span class=\"bar\">"
            + $"<i style=\"width:{(p.Value > 0 ? 100 * p.Value / longest : 0):0.#}%\"></i></span>{ReportText.Seconds(p.Value)}</dd>")));
        return rows.Html.Length == 0 ? Markup.Empty
            : Markup.Format($"<div><h3>Build time, {ReportText.Seconds(report.Phases.Sum(p => p.Value))}</h3><dl>{rows}</dl></div>");
    }
}
