using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Partition;

namespace MixPrec.Compiler.Selection;

/// <summary>The assignments of a sub-graph's ops that are measured and offered to the solver.</summary>
internal static class ConfigurationEnumerator
{
    /// <summary>Most assignments of one sub-graph: three ops with four candidates each.</summary>
    public const int DefaultCap = 64;

    /// <summary>
    /// All assignments when there are at most <paramref name="cap"/>. Otherwise those that differ from a uniform one (every op with
    /// constant weights the same candidate, as far as it is allowed; products of activations in every way while that fits) in at most d
    /// ops, with the largest d that fits; the uniform ones stay in any case. Neighbours that agree save conversions, so good assignments
    /// lie near the uniform ones. The order is deterministic, all-fp32 first where it is allowed.
    /// </summary>
    /// <param name="allowed">Candidates of an op, at least one.</param>
    public static IReadOnlyList<IReadOnlyList<PrecisionConfig>> Enumerate(Subgraph subgraph,
        Func<Node, IReadOnlyList<PrecisionConfig>> allowed, int cap = DefaultCap)
    {
        var choices = subgraph.Quantizable.Select(n => allowed(n).OrderBy(Rank).ToArray()).ToArray();
        double total = choices.Aggregate(1.0, (product, c) => product * c.Length);
        if (total <= cap)
        {
            return [.. Product(choices)];
        }

        IReadOnlyList<IReadOnlyList<PrecisionConfig>> result = [];
        var uniform = Uniform(subgraph, choices, cap);
        for (int distance = 0; distance <= choices.Length; distance++)
        {
            var near = Near(choices, uniform, distance, Math.Max(cap, uniform.Length));
            if (near is null)
            {
                break;
            }

            result = near;
        }

        return result;
    }

    /// <summary>
    /// The two products of an attention differ: scores are many results of short sums, what is mixed by them few results of long sums from
    /// many operands. So their assignments are not uniform ones, unless there would be more than <paramref name="cap"/>: what counts is how
    /// many candidates the weights of this sub-graph have, not how many there are.
    /// </summary>
    private static PrecisionConfig[][] Uniform(Subgraph subgraph, PrecisionConfig[][] choices, int cap)
    {
        var isWeighted = subgraph.Quantizable.Select(n => !n.MultipliesActivations()).ToArray();
        var ofWeights = Candidates(choices.Where((_, i) => isWeighted[i]));
        PrecisionConfig[][] products = [.. choices.Where((_, i) => !isWeighted[i])];
        double total = products.Aggregate((double)ofWeights.Length, (product, c) => product * c.Length);
        return total <= cap && ofWeights.Length > 0 ? WithEveryProduct()
            : [.. Candidates(choices).Select(p => Filled(_ => p)).DistinctBy(Ids)];

        PrecisionConfig[][] WithEveryProduct() => [.. Product([.. choices.Select((c, i) => isWeighted[i] ? [c[0]] : c)])
            .SelectMany(_ => ofWeights, (own, p) => Filled(i => isWeighted[i] ? p : own[i])).DistinctBy(Ids)];

        PrecisionConfig[] Filled(Func<int, PrecisionConfig> wanted) =>
            [.. choices.Select((c, i) => c.Contains(wanted(i)) ? wanted(i) : c[0])];
    }

    private static PrecisionConfig[] Candidates(IEnumerable<PrecisionConfig[]> choices) =>
        [.. choices.SelectMany(c => c).Distinct().OrderBy(Rank)];

    private static string Ids(IReadOnlyList<PrecisionConfig> assignment) => string.Join(" ", assignment.Select(p => p.Id));

    /// <summary>In the order of <see cref="PrecisionConfig.All"/>; others come after them.</summary>
    private static int Rank(PrecisionConfig precision) => PrecisionConfig.All.Index().Where(p => p.Item == precision).Select(p => p.Index)
        .FirstOrDefault(int.MaxValue);

    private static IEnumerable<IReadOnlyList<PrecisionConfig>> Product(PrecisionConfig[][] choices)
    {
        IEnumerable<IReadOnlyList<PrecisionConfig>> product = [[]];
        foreach (var choice in choices)
        {
            product = product.SelectMany(_ => choice, (head, p) => (IReadOnlyList<PrecisionConfig>)[.. head, p]);
        }

        return product;
    }

    /// <summary>
    /// Distinct assignments within <paramref name="distance"/> changes of a uniform one, or null when there are more than
    /// <paramref name="cap"/>.
    /// </summary>
    private static List<IReadOnlyList<PrecisionConfig>>? Near(PrecisionConfig[][] choices, PrecisionConfig[][] uniform,
        int distance, int cap)
    {
        var seen = new HashSet<string>();
        var result = new List<IReadOnlyList<PrecisionConfig>>();
        bool fits = uniform.All(u => Visit([.. u], 0, distance));
        return fits ? result : null;

        bool Visit(PrecisionConfig[] assignment, int from, int changes)
        {
            if (seen.Add(Ids(assignment)))
            {
                result.Add([.. assignment]);
            }

            for (int op = from; op < assignment.Length && changes > 0 && result.Count <= cap; op++)
            {
                var kept = assignment[op];
                foreach (var other in choices[op].Where(p => p != kept))
                {
                    assignment[op] = other;
                    if (!Visit(assignment, op + 1, changes - 1))
                    {
                        return false;
                    }
                }

                assignment[op] = kept;
            }

            return result.Count <= cap;
        }
    }
}
