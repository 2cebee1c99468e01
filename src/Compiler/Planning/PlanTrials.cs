using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;

namespace MixPrec.Compiler.Planning;

/// <summary>What is found out of plans by running them.</summary>
internal interface IPlanTrials
{
    /// <summary>The best plan that the repair finds.</summary>
    /// <inheritdoc cref="RepairLoop.Run" path="/exception"/>
    Verified Verify(SelectionProblem problem);

    /// <summary>The best plan of some configurations alone; null where none meets limits and criteria.</summary>
    Verified? Best(SelectionProblem problem, Func<Configuration, bool> allowed);

    /// <summary>The whole network in fp32 and with a plan.</summary>
    TimeComparison Times(Verified plan);

    /// <summary>The whole network with one plan and with another.</summary>
    TimeComparison Times(Verified first, Verified second);
}

/// <summary>Plans as the classes that would ship: compiled, run on held-out samples and timed as whole networks.</summary>
internal sealed class PlanTrials(
    CompilerOptions options, AdjustedGraph graph, RangeTable ranges, EncodedWeightsCache weights, HeldOut heldOut, IWholeTimes times,
        AcceptanceCriteria criteria, CancellationToken cancellation) : IPlanTrials
{
    /// <summary>Longest comparison that decides which of two networks ships. It ends as soon as the rounds tell.</summary>
    private static readonly TimeSpan s_deciding = TimeSpan.FromSeconds(8);

    /// <summary>Longest measurement of a plan whose time is a demand, or only told.</summary>
    private static readonly TimeSpan s_telling = TimeSpan.FromSeconds(2);

    private readonly LimitedWeights _selection =
        new(assignment => WeightBytes(options, graph.For(assignment), assignment, ranges, weights));

    /// <summary>Bytes of the weights file.</summary>
    public static long WeightBytes(CompilerOptions options, Graph graph, PrecisionAssignment assignment, RangeTable ranges,
        EncodedWeightsCache weights) =>
        Lowerer.Lower(graph, assignment, ranges, new LoweringOptions(options.ClassName, WeightsMode: "File") { Encoded = weights },
            Stream.Null).WeightsLength;

    public static CompiledModel Compile(CompilerOptions options, Graph graph, PrecisionAssignment assignment, RangeTable ranges,
        EncodedWeightsCache weights) =>
        CompiledModel.Compile(Lower(options, graph, assignment, ranges, weights));

    public static LoweredModel Lower(CompilerOptions options, Graph graph, PrecisionAssignment assignment, RangeTable ranges,
        EncodedWeightsCache weights) =>
        Lowerer.Lower(graph, assignment, ranges, new LoweringOptions(options.ClassName) { Encoded = weights, Threads = options.Threads });

    /// <remarks>Whole networks are compiled and run only here: one for each round of the repair.</remarks>
    public Verified Verify(SelectionProblem problem) =>
        RepairLoop.Run(problem, criteria, options.ClassName, options.Model, _selection.Solve, assignment =>
    {
        cancellation.ThrowIfCancellationRequested();
        using var model = Compile(assignment);
        return heldOut.Measure(model) with
        {
            Times = criteria.DemandsTime ? times.Compare(assignment, () => model, s_telling) : null,
        };
    });

    public Verified? Best(SelectionProblem problem, Func<Configuration, bool> allowed)
    {
        if (problem.Where(allowed) is not { } part || _selection.Solve(FastestChoice.Reachable(part)).Missed is not null)
        {
            return null;
        }

        var best = Verify(part);
        return criteria.Meets(best) ? best with { Selection = best.Selection.Among(problem.Groups) } : null;
    }

    public TimeComparison Times(Verified plan)
    {
        if (plan.Times is { } known)
        {
            return known;
        }

        using var model = new Lazily(() => Compile(plan.Selection.Assignment));
        return times.Compare(plan.Selection.Assignment, model.Get,
            options.Objective == Objective.Time ? s_deciding : s_telling);
    }

    public TimeComparison Times(Verified first, Verified second)
    {
        using var one = new Lazily(() => Compile(first.Selection.Assignment));
        using var other = new Lazily(() => Compile(second.Selection.Assignment));
        return times.Compare(first.Selection.Assignment, one.Get, second.Selection.Assignment, other.Get, s_deciding);
    }

    private CompiledModel Compile(PrecisionAssignment assignment) =>
        Compile(options, graph.For(assignment), assignment, ranges, weights);

    /// <summary>A network that is compiled only if its time is measured.</summary>
    private sealed class Lazily(Func<CompiledModel> compile) : IDisposable
    {
        private CompiledModel? _model;

        public CompiledModel Get() => _model ??= compile();

        public void Dispose() => _model?.Dispose();
    }
}
