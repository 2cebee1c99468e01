using System.Diagnostics;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Plan;

namespace MixPrec.Compiler.Timing;

/// <summary>
/// What each step of a network takes where it stands: with its real operands, and the caches as the steps before leave them.
/// </summary>
/// <param name="Plan">Whose steps they are.</param>
/// <param name="Steps">Median nanoseconds of each step.</param>
/// <param name="Whole">The network without clocks between its steps.</param>
internal sealed record StepProfile(ModelPlan Plan, IReadOnlyList<double> Steps, Measurement Whole)
{
    private const int Fewest = 5;

    /// <param name="longest">For the steps, and again for the whole.</param>
    public static StepProfile Measure(LoweredModel plain, LoweredModel clocked, IReadOnlyList<Tensor> inputs, TimeSpan longest,
        CancellationToken cancellation)
    {
        using var whole = CompiledModel.Compile(plain);
        using var run = whole.Prepare(inputs);
        var measured = Stopwatches.Measure([new TimedRun(run.Invoke)], StopClocks.System, new RoundLimits(longest), cancellation)[0];
        return new(whole.Plan, StepTimes(clocked, inputs, longest, cancellation), measured);
    }

    /// <summary>Median nanoseconds of each step.</summary>
    /// <param name="longest">After a quarter of it, in which nothing is measured.</param>
    /// <param name="sizes">Of the run-time dimensions, where the inputs need not tell them.</param>
    public static double[] StepTimes(LoweredModel lowered, IReadOnlyList<Tensor> inputs, TimeSpan longest, CancellationToken cancellation,
        IReadOnlyDictionary<string, long>? sizes = null)
    {
        using var model = CompiledModel.CompileClocked(lowered);
        using var run = model.Prepare(inputs, sizes);
        long[] ticks = model.StepTicks;
        var samples = ticks.Select(_ => new List<double>()).ToArray();
        double reading = StopClocks.System.Reading() * 1e9;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < longest / 4;)
        {
            run.Invoke();
        }

        for (var clock = Stopwatch.StartNew(); samples.Length > 0 && (samples[0].Count < Fewest || clock.Elapsed < longest);)
        {
            cancellation.ThrowIfCancellationRequested();
            Array.Clear(ticks);
            run.Invoke();
            for (int i = 0; i < ticks.Length; i++)
            {
                samples[i].Add(Math.Max(0, (ticks[i] * 1e9 / Stopwatch.Frequency) - reading));
            }
        }

        return [.. samples.Select(s => Measurement.FromTimes(s).Nanoseconds)];
    }
}
