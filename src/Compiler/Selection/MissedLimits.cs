using System.Globalization;

namespace MixPrec.Compiler.Selection;

/// <summary>Which limit is out of reach, and how far.</summary>
internal static class MissedLimits
{
    private const double StageLimit = 5;

    /// <summary>The first limit that cannot be met even alone: rows separate by group, so the least value is a sum of minima.</summary>
    public static MissedLimit? Find(SelectionProblem problem)
    {
        foreach (var row in Limits.Rows(problem))
        {
            long least = problem.Groups.Sum(g => g.Configurations.Min(row.Load));
            if (least > row.Limit)
            {
                return Describe(problem, row.Kind, problem.Groups.Sum(g => g.Configurations.Min(row.Exact)), "");
            }
        }

        return null;
    }

    /// <summary>Each limit can be met alone, but not all together: the least value of the last one while the others hold.</summary>
    public static MissedLimit? Explain(SelectionProblem problem)
    {
        var rows = Limits.Rows(problem).ToArray();
        foreach (var row in rows.Reverse())
        {
            if (Least(problem, row.Kind) is { } least)
            {
                string held = string.Join(" and ", rows.Where(r => r.Kind != row.Kind).DistinctBy(r => r.Kind)
                    .Select(r => $"{Name(r.Kind)} {Limit(problem, r.Kind)}"));
                double reached = rows.Where(r => r.Kind == row.Kind).Max(r => least.Sum(r.Exact));
                return Describe(problem, row.Kind, reached, $" while {held} holds");
            }
        }

        return null;
    }

    /// <summary>The choice that keeps the other limits and has the least of this one; null where nothing keeps the others.</summary>
    public static IReadOnlyList<Configuration>? Least(SelectionProblem problem, LimitKind kind)
    {
        var others = new ChoiceModel(problem, without: kind);
        return others.Minimize(others.Sum(Limits.Quantity(problem, kind)), StageLimit).Chosen is { } chosen
            ? [.. problem.Groups.Zip(chosen, (g, i) => g.Configurations[i])] : null;
    }

    private static MissedLimit Describe(SelectionProblem problem, LimitKind kind, double sum, string condition)
    {
        string least = kind switch
        {
            LimitKind.LossError => SignificantDigits.Above(problem.RelativeError(sum) / Math.Sqrt(problem.BudgetScale)),
            LimitKind.WeightBytes => Text(problem.FixedWeightBytes + sum, "0"),
            _ => SignificantDigits.Above((problem.FloatNanoseconds + sum) / 1000),
        };
        return new MissedLimit(Name(kind), Limit(problem, kind), least + condition);
    }

    private static string Name(LimitKind kind) => kind switch
    {
        LimitKind.LossError => "ErrorBudget",
        LimitKind.WeightBytes => "MaxWeightBytes",
        _ => "MaxLatencyMicroseconds",
    };

    private static string Limit(SelectionProblem problem, LimitKind kind) => kind switch
    {
        LimitKind.LossError => SignificantDigits.Text(problem.ErrorBudget),
        LimitKind.WeightBytes => Text(problem.MaxWeightBytes ?? 0, "0"),
        _ => SignificantDigits.Text((problem.MaxLatencyNanoseconds ?? 0) / 1000),
    };

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
