using MixPrec.Compiler.Formats;

namespace MixPrec.Compiler.Selection;

/// <summary>
/// The assignments of a sub-graph that are best for some price of error, where gains and errors of its ops add up: beginning with the most
/// accurate one, op after op takes the candidate that gains most for the error that it adds. They lie on the upper hull of all assignments,
/// of which they are as few as there are ops and candidates, however many there are in all.
/// </summary>
internal static class EfficientAssignments
{
    /// <param name="choices">Candidates of each op, at least one.</param>
    /// <param name="error">Of an op in a candidate, at least 0.</param>
    /// <param name="gain">Of an op in a candidate, in any unit.</param>
    /// <returns>Errors rising. Equal inputs give equal assignments.</returns>
    public static IReadOnlyList<IReadOnlyList<PrecisionConfig>> Find(IReadOnlyList<IReadOnlyList<PrecisionConfig>> choices,
        Func<int, PrecisionConfig, double> error, Func<int, PrecisionConfig, double> gain)
    {
        Point[][] hulls = [.. choices.Select((candidates, op) =>
            Hull([.. candidates.Select(p => new Point(p, error(op, p), gain(op, p)))]))];
        PrecisionConfig[] current = [.. hulls.Select(h => h[0].Candidate)];
        var found = new List<IReadOnlyList<PrecisionConfig>> { (PrecisionConfig[])[.. current] };

        // Slopes of one op fall, so that its own order is kept; equal ones stay in the order of the ops.
        foreach (var (op, to) in hulls.Index().SelectMany(h => h.Item.Zip(h.Item.Skip(1), (from, to) => (h.Index, to, Slope(from, to))))
            .OrderByDescending(m => m.Item3).Select(m => (m.Index, m.to)))
        {
            current[op] = to.Candidate;
            found.Add([.. current]);
        }

        return found;
    }

    /// <summary>The candidates of one op that are best for some price, errors rising.</summary>
    private static Point[] Hull(Point[] points)
    {
        var hull = new List<Point>();
        foreach (var point in points.Where(p => double.IsFinite(p.Error) && double.IsFinite(p.Gain)).OrderBy(p => p.Error)
            .ThenByDescending(p => p.Gain))
        {
            if (hull.Count > 0 && point.Gain <= hull[^1].Gain)
            {
                continue;
            }

            while (hull.Count > 1 && Slope(hull[^1], point) >= Slope(hull[^2], hull[^1]))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add(point);
        }

        return hull.Count > 0 ? [.. hull] : [points[0]];
    }

    private static double Slope(Point from, Point to) =>
        to.Error > from.Error ? (to.Gain - from.Gain) / (to.Error - from.Error) : double.PositiveInfinity;

    private readonly record struct Point(PrecisionConfig Candidate, double Error, double Gain);
}
