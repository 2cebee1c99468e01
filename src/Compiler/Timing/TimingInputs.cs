using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;

namespace MixPrec.Compiler.Timing;

/// <summary>
/// What to time code with whose time depends on data, as that of candidates of two passes does: the values that the first calibration
/// samples give the inputs of a graph or of its parts, one sample a run.
/// </summary>
internal sealed class TimingInputs
{
    /// <summary>Enough that no single sample decides, few enough that each is run several times in a round.</summary>
    private const int Most = 8;

    private readonly IReadOnlyList<IReadOnlyDictionary<Value, Tensor>> _runs;

    private TimingInputs(IReadOnlyList<IReadOnlyDictionary<Value, Tensor>> runs, IReadOnlyDictionary<string, long> sizes) =>
        (_runs, Sizes) = (runs, sizes);

    /// <summary>See <see cref="SampleSizes"/>.</summary>
    public IReadOnlyDictionary<string, long> Sizes { get; }

    /// <summary>
    /// Runs the network in fp32. Samples of other sizes than the first are left out: all times are taken at <see cref="SampleSizes"/>.
    /// </summary>
    /// <param name="values">What is kept: no constants.</param>
    public static TimingInputs Record(Graph graph, SampleSet samples, IEnumerable<Value> values)
    {
        var sizes = SampleSizes.Find(graph, samples);

        // Inputs are there already, in their own types; of what is computed in between, the executor gives floats alone.
        Value[] given = [.. graph.Inputs.Intersect(values)], kept = [.. values.Except(given).Where(v => v.Type.Element == ElementType.F32)];
        if (given.Length + kept.Length == 0)
        {
            return new([], sizes);
        }

        var executor = new TorchExecutor(new Graph(graph.Inputs, kept, graph.Nodes, graph.Symbols));
        var batches = Batch.Split(graph, samples, 1).Take(Most).Where(f =>
            TorchExecutor.SymbolsOf(graph, f.Inputs).All(s => s.Value == sizes[s.Key]));
        return new([.. batches.Select(f => kept.Zip(kept.Length == 0 ? [] : executor.Outputs(f.Inputs))
            .Concat(graph.Inputs.Zip(f.Inputs).Where(p => given.Contains(p.First)))
            .ToDictionary(p => p.First, p => p.Second))], sizes);
    }

    /// <summary>Up to eight sets of inputs for <paramref name="part"/>; the synthetic one where nothing was recorded.</summary>
    /// <param name="layout">The order of the elements in memory.</param>
    public IReadOnlyList<IReadOnlyList<Tensor>> For(Graph part, Layout layout) => _runs.Count == 0 || !part.Inputs.All(_runs[0].ContainsKey)
        ? [SyntheticInputs.For(part, Sizes)]
        : [.. _runs.Select(run => (IReadOnlyList<Tensor>)[.. part.Inputs.Select(v => Ordered(run[v], layout.For(v)))])];

    /// <summary>The same shape over elements in another order.</summary>
    private static Tensor Ordered(Tensor tensor, Layout layout)
    {
        var order = layout.Order(tensor.Rank);
        var strides = StridedView.RowMajor(tensor.Shape);
        return StridedView.Copy(tensor, [.. order.Select(d => tensor.Shape[d])], 0, [.. order.Select(d => strides[d])])
            .Reshape(tensor.Shape);
    }
}
