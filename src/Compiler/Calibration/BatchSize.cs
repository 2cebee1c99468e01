using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Calibration;

/// <summary>How many samples run at once while gradients are recorded, which keeps every value of the run alive.</summary>
internal static class BatchSize
{
    /// <summary>
    /// What the values of a run may take up, in bytes. Gradients and the working memory of a candidate come on top: about as much again.
    /// </summary>
    private const long MostBytes = 256L << 20;

    private const int Most = 64;

    /// <summary>1…64.</summary>
    public static int Choose(Graph graph, SampleSet samples)
    {
        var symbols = TorchExecutor.SymbolsOf(graph, Batch.Split(graph, samples, 1).First().Inputs);
        foreach (var count in graph.Symbols.Where(s => s.Bound is not null))
        {
            symbols[count.Identifier] = count.Bound!.Evaluate(symbols);
        }

        double bytes = graph.Nodes.SelectMany(n => n.Outputs).Sum(v => (double)v.Type.Length.Evaluate(symbols) * v.Type.Element.Size());
        return (int)Math.Clamp(MostBytes / Math.Max(1, bytes), 1, Most);
    }

    /// <summary>
    /// Runs, in their order, whose values may all be kept: several where each run holds fewer samples than <see cref="Choose"/>.
    /// </summary>
    public static IEnumerable<IReadOnlyList<Batch>> Together(Graph graph, IEnumerable<Batch> batches)
    {
        var group = new List<Batch>();
        foreach (var batch in batches)
        {
            if (group.Count > 0 && group.Sum(b => b.Samples.Count) + batch.Samples.Count > Choose(graph, batch.Samples))
            {
                yield return group;
                group = [];
            }

            group.Add(batch);
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }
}
