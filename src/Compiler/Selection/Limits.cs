namespace MixPrec.Compiler.Selection;

/// <summary>Which row of the program.</summary>
internal enum LimitKind
{
    LossError, WeightBytes, Latency,
}

/// <summary>A row Σ load ≤ limit, in integers.</summary>
internal sealed record LimitRow(LimitKind Kind, Func<Configuration, long> Load, long Limit);

/// <summary>The rows of a problem.</summary>
internal static class Limits
{
    public static IEnumerable<LimitRow> Rows(SelectionProblem problem)
    {
        yield return new LimitRow(LimitKind.LossError, c => IntegerScale.Load(c.LossError, problem.LossErrorLimit), IntegerScale.Full);
        if (problem.MaxWeightBytes is { } bytes)
        {
            yield return new LimitRow(LimitKind.WeightBytes, c => c.WeightBytes, bytes - problem.FixedWeightBytes);
        }

        if (problem.MaxLatencyNanoseconds is { } latency)
        {
            yield return new LimitRow(LimitKind.Latency, c => Picoseconds(-c.GainNanoseconds),
                Picoseconds(latency - problem.FloatNanoseconds));
        }
    }

    /// <summary>
    /// What a row adds up, to be minimised: the row itself tells two loads over its limit from each other no more.
    /// </summary>
    public static Func<Configuration, long> Quantity(SelectionProblem problem, LimitKind kind)
    {
        double largest = problem.Groups.Sum(g => g.Configurations.Max(c => c.LossError));
        return kind == LimitKind.LossError ? c => IntegerScale.Load(c.LossError, largest)
            : kind == LimitKind.WeightBytes ? c => c.WeightBytes : c => Picoseconds(-c.GainNanoseconds);
    }

    /// <summary>Nanoseconds as whole picoseconds, clamped to a month so that sums stay exact.</summary>
    public static long Picoseconds(double nanoseconds) => (long)Math.Round(Math.Clamp(nanoseconds, -3e15, 3e15) * 1000);
}
