using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;

namespace MixPrec.Compiler.Planning;

/// <summary>What whole networks take, against each other.</summary>
internal interface IWholeTimes
{
    /// <summary>Fp32 and an assignment.</summary>
    /// <param name="model">Compiles the assignment; called where it has to run.</param>
    TimeComparison Compare(PrecisionAssignment assignment, Func<CompiledModel> model, TimeSpan longest);

    /// <summary>Two assignments.</summary>
    TimeComparison Compare(PrecisionAssignment first, Func<CompiledModel> one, PrecisionAssignment second, Func<CompiledModel> other,
        TimeSpan longest);
}

/// <summary>Both are run in turns.</summary>
/// <param name="budget">What timing every configuration may take; one comparison takes no more than a quarter of it.</param>
internal sealed class MeasuredWholes(Graph graph, SampleSet samples, CompiledModel float32, TimeSpan budget, CancellationToken cancellation)
    : IWholeTimes
{
    private static readonly TimeSpan s_alone = TimeSpan.FromSeconds(2);

    /// <summary>Fp32 against itself is one measurement: two would differ by chance.</summary>
    public TimeComparison Compare(PrecisionAssignment assignment, Func<CompiledModel> model, TimeSpan longest)
    {
        if (graph.QuantizableNodes.Any(n => assignment[n] != PrecisionConfig.F32))
        {
            return NetworkTimer.Compare(graph, samples, float32, model(), AtMost(longest), cancellation);
        }

        var time = NetworkTimer.Measure(graph, samples, [float32], AtMost(s_alone), cancellation)[0];
        return new(time, time);
    }

    public TimeComparison Compare(PrecisionAssignment first, Func<CompiledModel> one, PrecisionAssignment second,
        Func<CompiledModel> other, TimeSpan longest) => NetworkTimer.Compare(graph, samples, one(), other(), AtMost(longest), cancellation);

    private TimeSpan AtMost(TimeSpan longest) => longest < budget / 4 ? longest : budget / 4;
}

/// <summary>
/// From a timing table: the time of fp32 as the table has it, less what the parts save. Nothing runs, so the answer is the same each time.
/// </summary>
/// <param name="problem">Whose configurations have their gains from the table.</param>
internal sealed class PredictedWholes(SelectionProblem problem, Measurement float32) : IWholeTimes
{
    public TimeComparison Compare(PrecisionAssignment assignment, Func<CompiledModel> model, TimeSpan longest) =>
        new(float32, Time(assignment)) { IsPredicted = true };

    public TimeComparison Compare(PrecisionAssignment first, Func<CompiledModel> one, PrecisionAssignment second,
        Func<CompiledModel> other, TimeSpan longest) => new(Time(first), Time(second)) { IsPredicted = true };

    private Measurement Time(PrecisionAssignment assignment) =>
        float32 * ((float32.Nanoseconds - problem.Groups.Sum(g => Chosen(g, assignment).GainNanoseconds)) / float32.Nanoseconds);

    private static Configuration Chosen(SelectionGroup group, PrecisionAssignment assignment) => group.Configurations.First(c =>
        group.Subgraph.Quantizable.Zip(c.Precisions).All(p => assignment[p.First] == p.Second));
}
