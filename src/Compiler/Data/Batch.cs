using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Data;

/// <summary>The inputs of one run, in the order of the graph's inputs, and the samples they hold.</summary>
internal sealed record Batch(IReadOnlyList<Tensor> Inputs, SampleSet Samples)
{
    /// <summary>
    /// Cuts a set into runs: up to <paramref name="limit"/> samples each where the graph computes samples independently along a symbolic
    /// axis, else one group (<see cref="SampleSet.GroupSize"/>) each.
    /// </summary>
    public static IEnumerable<Batch> Split(Graph graph, SampleSet samples, int limit)
    {
        bool stacked = graph.Inputs.Any(i => samples.Inputs[i.Name].Rank != i.Rank);
        int size = stacked || SampleAxis.Find(graph) is null ? samples.GroupSize : Math.Max(1, limit);
        for (int start = 0; start < samples.Count; start += size)
        {
            var slice = samples.Slice(start, Math.Min(size, samples.Count - start));
            yield return new Batch([.. graph.Inputs.Select(i => Shaped(slice.Inputs[i.Name], i))], slice);
        }
    }

    /// <summary>Samples of one run share what has no dimension.</summary>
    private static Tensor Shaped(Tensor tensor, Value input) =>
        input.Rank == 0 ? new Tensor(tensor.Type, [], tensor.Bytes[..tensor.Type.Size()].ToArray())
        : tensor.Rank == input.Rank ? tensor : tensor.Reshape(tensor.Shape[1..]);
}
