using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>
/// What follows from sizes that have to be equal: which dimensions are the same, which are constants, and which are whole numbers of units,
/// of 32 rows for instance. Import writes sizes in what is left of the symbols, so that sizes that are equal under the conditions are one
/// expression.
/// </summary>
internal sealed class SizeEquations
{
    /// <summary>Units above are not looked for: each rest is tried.</summary>
    private const long LargestUnit = 4096;

    private readonly IReadOnlyList<string> _dimensions;
    private readonly Dictionary<string, IntExpr> _equal = [];
    private readonly List<(string Dimension, IntExpr Difference)> _periodic = [];
    private readonly Dictionary<string, SizeUnit> _units = [];

    /// <param name="dimensions">The identifiers of the dimensions of the inputs in their order: later ones are expressed by earlier
    /// ones.</param>
    private SizeEquations(IReadOnlyList<string> dimensions) => _dimensions = dimensions;

    /// <summary>Sizes that need no condition.</summary>
    public static SizeEquations None { get; } = new([]);

    /// <param name="equations">Over the dimensions; those that hold counts say nothing before the run.</param>
    /// <exception cref="ShapeException">No sizes fulfil all of them.</exception>
    public static SizeEquations Solve(IReadOnlyList<string> dimensions, IEnumerable<(IntExpr Left, IntExpr Right)> equations)
    {
        var solved = new SizeEquations(dimensions);
        foreach (var (left, right) in equations)
        {
            solved.Add(left, right);
        }

        foreach (var group in solved._periodic.GroupBy(p => p.Dimension).ToArray())
        {
            solved.FindUnit(group.Key, [.. group.Select(p => p.Difference)]);
        }

        return solved;
    }

    /// <summary>True when no values of the symbols make the two equal, as far as that is seen.</summary>
    public static bool AreNeverEqual(IntExpr left, IntExpr right)
    {
        var difference = left - right;
        return difference.Low > 0 || difference.High < 0
            || (!difference.HasCount && difference.Symbols.Take(2).ToArray() is [var symbol]
                && difference.RangeOf(symbol) == (1, long.MaxValue)
                && difference.Period(LargestUnit) is { } period && Solutions(symbol, [difference], period) is { Length: 0 });
    }

    /// <summary>What the dimension is, over other dimensions; null where it is free or counted in units.</summary>
    public IntExpr? EqualOf(string dimension) => _equal.GetValueOrDefault(dimension);

    /// <summary>True when the same dimensions are free, and the others the same.</summary>
    public bool IsSameAs(SizeEquations other) => _equal.Count == other._equal.Count && _units.Count == other._units.Count
        && _equal.All(e => e.Value == other.EqualOf(e.Key)) && _units.All(u => u.Value == other.UnitOf(u.Key));

    /// <summary>What the dimension is counted in; null where it is free.</summary>
    public SizeUnit? UnitOf(string dimension) => _units.GetValueOrDefault(dimension);

    private void Add(IntExpr left, IntExpr right)
    {
        var difference = (left - right).Substitute(_equal);
        if (difference == IntExpr.Zero || difference.HasCount)
        {
            return;
        }

        if (AreNeverEqual(difference, IntExpr.Zero))
        {
            throw new ShapeException($"{left} and {right} are never equal where the other conditions hold");
        }

        var found = _dimensions.Reverse().Select(d => (Dimension: d, Value: difference.SolveFor(d))).Where(s => s.Value is { High: >= 1 })
            .ToArray();
        if (found.Length > 0)
        {
            // Where it is not sure that the value is a dimension, the run still checks it; another that is sure comes first.
            var (dimension, value) = found.OrderByDescending(f => f.Value!.Low >= 1).First();
            Define(dimension, value!);
        }
        else if (difference.Symbols.Take(2).ToArray() is [var only] && difference.Period(LargestUnit) is not null)
        {
            _periodic.Add((only, difference));
        }
    }

    private void Define(string dimension, IntExpr value)
    {
        var one = new Dictionary<string, IntExpr> { [dimension] = value };
        foreach (string known in _equal.Keys.ToArray())
        {
            _equal[known] = _equal[known].Substitute(one);
        }

        _equal.Add(dimension, value);
        var again = _periodic.Where(p => p.Dimension == dimension).ToArray();
        _periodic.RemoveAll(p => p.Dimension == dimension);
        foreach (var (_, difference) in again)
        {
            Add(difference, 0);
        }
    }

    /// <summary>All conditions on one dimension together.</summary>
    private void FindUnit(string dimension, IReadOnlyList<IntExpr> differences)
    {
        if (Common(differences) is not { } period)
        {
            return;
        }

        long[] rests = Solutions(dimension, differences, period);
        if (rests.Length == 0)
        {
            throw new ShapeException($"no {dimension} fulfils all conditions on it");
        }

        bool repeats = differences.All(d => At(d, dimension, 1 + period) == At(d, dimension, 1));
        if (!repeats)
        {
            if (rests.Length == 1)
            {
                Define(dimension, rests[0]);
            }

            return;
        }

        // One run of rests, all round: the first is behind the largest gap.
        int first = Enumerable.Range(0, rests.Length).MaxBy(i => i == 0 ? rests[0] + period - rests[^1] : rests[i] - rests[i - 1]);
        long low = rests[first], last = first == 0 ? rests[^1] : rests[first - 1] + period;
        if (last - low + 1 == rests.Length && rests.Length < period)
        {
            // The last rest is 0 at most, or the first: so that the number of units is at least that of whole ones.
            _units[dimension] = new(dimension, period, last >= period ? low - period : low, last - low);
        }
    }

    private static long? Common(IReadOnlyList<IntExpr> differences)
    {
        long common = 1;
        foreach (var difference in differences)
        {
            if (difference.Period(LargestUnit) is not { } period || common / Gcd(common, period) * period is var next && next > LargestUnit)
            {
                return null;
            }

            common = common / Gcd(common, period) * period;
        }

        return common;
    }

    /// <summary>The values 1…period at which all differences are 0 where these repeat; otherwise all solutions there are.</summary>
    private static long[] Solutions(string dimension, IReadOnlyList<IntExpr> differences, long period)
    {
        var growing = differences.FirstOrDefault(d => At(d, dimension, 1 + period) != At(d, dimension, 1));
        var solutions = new List<long>();
        for (long value = 1; value <= period; value++)
        {
            if (growing is null)
            {
                if (differences.All(d => At(d, dimension, value) == 0))
                {
                    solutions.Add(value);
                }

                continue;
            }

            // difference(value + k·period) = difference(value) + k·growth.
            long start = At(growing, dimension, value), growth = At(growing, dimension, value + period) - start;
            long at = growth == 0 ? 0 : -start / growth;
            if (start + (at * growth) == 0 && at >= 0 && differences.All(d => At(d, dimension, value + (at * period)) == 0))
            {
                solutions.Add(value + (at * period));
            }
        }

        return [.. solutions];
    }

    private static long At(IntExpr difference, string dimension, long value) =>
        difference.Evaluate(new Dictionary<string, long> { [dimension] = value });

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
