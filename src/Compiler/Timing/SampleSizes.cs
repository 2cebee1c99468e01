using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Timing;

/// <summary>
/// The sizes that times are taken at: one sample a run, as long, high or wide as the first one of the calibration data is.
/// </summary>
internal static class SampleSizes
{
    /// <summary>A size for every symbol; 1 for those that a run finds out.</summary>
    public static IReadOnlyDictionary<string, long> Find(Graph graph, SampleSet samples)
    {
        var given = TorchExecutor.SymbolsOf(graph, Batch.Split(graph, samples, 1).First().Inputs);
        var sizes = graph.Symbols.Where(s => s.Equal is null).ToDictionary(s => s.Identifier, s =>
            given.GetValueOrDefault(s.Identifier, 1));
        foreach (var tied in graph.Symbols.Where(s => s.Equal is not null))
        {
            sizes.Add(tied.Identifier, tied.Equal!.Evaluate(sizes));
        }

        return sizes;
    }
}
