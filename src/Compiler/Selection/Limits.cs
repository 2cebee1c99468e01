namespace MixPrec.Compiler.Selection;

/// <summary>Which row of the program.</summary>
internal enum LimitKind
{
    LossError, WeightBytes, Latency,
}

/// <summary>A row Σ load ≤ limit, in integers.</summary>
/// <param name="Exact">What the load is made of, in its unit.</param>
internal sealed record LimitRow(LimitKind Kind, Func<Configuration, long> Load, long Limit, Func<Configuration, double> Exact);

/// <summary>The rows of a problem.</summary>
internal static class Limits
{
    public static IEnumerable<LimitRow> Rows(SelectionProblem problem)
    {
        for (int i = 0; i < problem.Outputs; i++)
        {
            int output = i;
            double limit = problem.LossErrorLimit / problem.Outputs;
            yield return new LimitRow(LimitKind.LossError, c => IntegerScale.Load(c.LossErrors[output], limit), IntegerScale.Full,
                c => c.LossErrors[output] * problem.Outputs);
        }

        if (problem.MaxWeightBytes is { } bytes)
        {
            yield return new LimitRow(LimitKind.WeightBytes, c => c.WeightBytes, bytes - problem.FixedWeightBytes, c => c.WeightBytes);
        }

        if (problem.MaxLatencyNanoseconds is { } latency)
        {
            yield return new LimitRow(LimitKind.Latency, c => Picoseconds(-c.GainNanoseconds),
                Picoseconds(latency - problem.FloatNanoseconds), c => -c.GainNanoseconds);
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
