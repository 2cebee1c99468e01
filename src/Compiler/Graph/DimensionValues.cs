using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>The values of symbols that give shapes the sizes they have.</summary>
internal static class DimensionValues
{
    /// <summary>What follows from the sizes; a symbol that no size tells is not among them.</summary>
    /// <param name="known">Values that need not be found.</param>
    public static Dictionary<string, long> Solve(IEnumerable<(IntExpr Size, long Value)> sizes,
        IReadOnlyDictionary<string, long>? known = null)
    {
        var values = new Dictionary<string, long>(known ?? new Dictionary<string, long>());
        var open = sizes.Where(s => !s.Size.IsConstant).ToList();
        while (open.RemoveAll(s => TryAdd(values, s.Size, s.Value)) > 0)
        {
        }

        return values;
    }

    /// <summary>True when every symbol of the size has a value now.</summary>
    private static bool TryAdd(Dictionary<string, long> values, IntExpr size, long value)
    {
        string[] open = [.. size.Symbols.Where(s => !values.ContainsKey(s)).Take(3)];
        if (open is [var only])
        {
            // At 0 and 1: a line, or it is not solved.
            var (start, next, third) = (At(0), At(1), At(2));
            if (next > start && third - next == next - start && value >= start)
            {
                values[only] = (value - start) / (next - start);
                open = [];
            }
        }
        else if (open is [var first, var second] && (Split(first, second) ?? Split(second, first)) is var (units, rest, found))
        {
            (values[units], values[rest]) = found;
            open = [];
        }

        return open.Length == 0;

        long At(long at) => size.Evaluate(new Dictionary<string, long>(values) { [open[0]] = at });

        // modulus·units + low + rest, where the rest is below the modulus.
        (string, string, (long, long))? Split(string units, string rest)
        {
            long Both(long u, long r) => size.Evaluate(new Dictionary<string, long>(values) { [units] = u, [rest] = r });
            long low = Both(0, 0), modulus = Both(1, 0) - low;
            return size.RangeOf(rest) is { Low: 0, High: var most } && most < modulus && Both(0, 1) == low + 1
                && value >= low ? (units, rest, ((value - low) / modulus, (value - low) % modulus)) : null;
        }
    }
}
