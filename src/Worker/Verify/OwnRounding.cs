using System.Globalization;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Plan;

namespace MixPrec.Worker.Verify;

/// <summary>
/// How far the outputs of a network move when nothing but rounding differs (<see cref="MovedNetwork"/>). A network that rounds to few bits
/// on the way, or compares for equality, answers a last bit with a whole step; two correct runtimes then differ by as much, and no fixed
/// tolerance says how much that is.
/// </summary>
/// <remarks>
/// A correct output is one more of these runs: where few ties are close it is one of them again, where many are it lies as far from the
/// nearest as they do from each other. So an output that misses the fixed tolerances is right if its root mean square distance from the
/// nearest run is at most <see cref="Factor"/> times the largest that a run has from its own nearest one, and its largest distance as many
/// times theirs; of integers and truth values, as many elements may differ. Where that allowance is more than <see cref="Largest"/> of the
/// output the network answers rounding alone with other results, and nothing is accepted. A wrong operator moves a network off all runs by
/// much more than they differ by, and so stays wrong.
/// </remarks>
internal sealed class OwnRounding
{
    public const double Factor = 2, Largest = 1.0 / 16;

    /// <summary>
    /// Of the distance from a run without storage in 16 bits: a runtime may leave out some of it, and is then near neither.
    /// </summary>
    private const double StorageFactor = 4;

    /// <summary>Runs with signs of their own: a tie falls the other way in half of them, and four ties as in one of them.</summary>
    private const int Runs = 16;

    private readonly double _roundoff;
    private readonly IReadOnlyList<IReadOnlyList<Tensor>> _runs;
    private readonly IReadOnlyList<Tensor>? _wide;

    /// <param name="runs">Of the network as it is, and moved.</param>
    /// <param name="wide">Without storage in 16 bits; null where there is none.</param>
    private OwnRounding(double roundoff, IReadOnlyList<IReadOnlyList<Tensor>> runs, IReadOnlyList<Tensor>? wide) =>
        (_roundoff, _runs, _wide) = (roundoff, runs, wide);

    /// <param name="own">The outputs that are judged.</param>
    /// <param name="inputs">What they were computed from.</param>
    public static OwnRounding Measure(Graph graph, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> own, CancellationToken cancellation)
    {
        var runs = new List<IReadOnlyList<Tensor>> { own };
        var network = MovedNetwork.WithOtherRounding(graph);
        using var model = Compiled(network.Graph);
        for (int seed = 1; seed <= Runs; seed++)
        {
            cancellation.ThrowIfCancellationRequested();
            var random = new Random(seed);
            runs.Add(model.Run([.. inputs.Select(i => Moved(i, random)), .. network.Results.Select(r => r.Factors(random))]));
        }

        return new(Roundoff.Estimate(graph), runs, MovedNetwork.WithoutNarrowStorage(graph) is { } wide ? Run(wide, inputs) : null);
    }

    /// <summary>Why the output counts as the expected one; null where rounding alone does not explain the difference.</summary>
    /// <param name="output">Position among the outputs; type and shape are the expected ones.</param>
    public string? Explanation(int output, Tensor expected)
    {
        if (_runs[0][output].Type != expected.Type || !_runs[0][output].Shape.SequenceEqual(expected.Shape))
        {
            return null;
        }

        var (wanted, runs) = (new ComparedTensor(expected), Comparable(output));
        if (Nearest(wanted, runs) is not { } nearest)
        {
            return null;
        }

        TensorDistance[] between = [.. runs.Select(r => Nearest(r, runs.Where(other => other != r))).OfType<TensorDistance>()];
        var (rms, largest, different) = (Factor * between.Max(d => d.RelativeRms), Factor * between.Max(d => d.Largest),
            Factor * between.Max(d => d.Different));
        if (_wide is not null && TensorDistance.Measure(runs[0], new(_wide[output])) is { } storage)
        {
            (rms, largest) = (Math.Max(rms, StorageFactor * storage.RelativeRms), Math.Max(largest, StorageFactor * storage.Largest));
        }

        bool explained = nearest.IsOfFloats ? nearest.RelativeRms <= _roundoff
            || (rms <= Largest && nearest.RelativeRms <= rms && nearest.Largest <= largest)
            : nearest.Different <= different && nearest.Different <= Largest * nearest.Length;
        return explained
            ? string.Create(CultureInfo.InvariantCulture,
                $"output {output} is off by {TensorDistance.Measure(runs[0], wanted)?.RelativeRms:G2} (relative RMS), "
                + $"and by {nearest.RelativeRms:G2} from a run with other rounding; {Moves(output)}")
            : null;
    }

    /// <summary>How far rounding alone moves an output, in words.</summary>
    public string Moves(int output)
    {
        var runs = Comparable(output);
        double[] moves = [.. runs.Skip(1).Append(_wide is null ? null : new ComparedTensor(_wide[output])).OfType<ComparedTensor>()
            .Select(r => TensorDistance.Measure(runs[0], r)?.RelativeRms ?? double.PositiveInfinity)];
        return string.Create(CultureInfo.InvariantCulture,
            $"rounding alone moves it by {moves.DefaultIfEmpty(double.PositiveInfinity).Max():G2} (relative RMS)");
    }

    private ComparedTensor[] Comparable(int output) =>
        [.. _runs.Select(r => r[output]).Where(t => t.Type == _runs[0][output].Type && t.Shape.SequenceEqual(_runs[0][output].Shape))
            .Select(t => new ComparedTensor(t))];

    private static TensorDistance? Nearest(ComparedTensor tensor, IEnumerable<ComparedTensor> others) =>
        others.Select(o => TensorDistance.Measure(o, tensor)).OfType<TensorDistance>().MinBy(d => d.RelativeRms);

    private static IReadOnlyList<Tensor> Run(Graph graph, IReadOnlyList<Tensor> inputs)
    {
        using var model = Compiled(graph);
        return model.Run(inputs);
    }

    private static CompiledModel Compiled(Graph graph) =>
        CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("MovedModel")));

    /// <summary>Floats one step up or down; other inputs as they are.</summary>
    private static Tensor Moved(Tensor input, Random random) => input.Type != ElementType.F32 ? input
        : Tensor.Create([.. input.Span<float>().ToArray().Select(x => x * (1 + ((random.Next(2) == 0 ? 1 : -1) * MovedNetwork.Step)))],
            input.Shape);
}
