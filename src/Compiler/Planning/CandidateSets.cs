using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Planning;

/// <summary>What may be chosen: for a layer what rules allow and kernels offer, for a sub-graph the configurations made of it.</summary>
internal sealed class CandidateSets(CompilerOptions options, LayerRules rules, EncodedWeightsCache weights)
{
    /// <summary>For so many configurations of a sub-graph there may be one more that is efficient, where each is timed.</summary>
    public const int PerEfficient = 4;

    private readonly Dictionary<Node, IReadOnlyList<PrecisionConfig>> _allowed = [];

    /// <exception cref="MixPrecException">MXP1002: a pin names what no kernel offers for the layer.</exception>
    public IReadOnlyList<PrecisionConfig> Allowed(Node node)
    {
        if (!_allowed.TryGetValue(node, out var candidates))
        {
            // With a cache the right-hand side grows from run to run; what was measured without says nothing about that.
            var offered = node.MultipliesActivations() && !options.Cache.IsNone ? [PrecisionConfig.F32] : Candidates.ForNode(node, weights);
            var wanted = rules.Allowed(node);
            candidates = TargetMachine.Worthwhile(options, [.. wanted.Where(offered.Contains)]);
            if (candidates.Count == 0)
            {
                throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, options.Model, "Pin", rules.PinOf(node) ?? $"{wanted[0]}",
                    $"one of {string.Join(", ", offered)} for the layer {PrintableName.Format(node.Name)}");
            }

            _allowed[node] = candidates;
        }

        return candidates;
    }

    /// <summary>
    /// The candidates that nothing would bound the error of are left out: those of layers that the loss does not respond to.
    /// </summary>
    public IReadOnlyList<PrecisionConfig> Bounded(Node node, SensitivityTable sensitivity) =>
        sensitivity.WithoutGradient.Contains(node.Name) && Allowed(node)
            .Contains(PrecisionConfig.F32) ? [PrecisionConfig.F32] : Allowed(node);

    /// <summary>The configurations of each sub-graph.</summary>
    /// <param name="cap">Most of one sub-graph.</param>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> Configurations(IReadOnlyList<Subgraph> subgraphs,
        SensitivityTable sensitivity, int cap = ConfigurationEnumerator.DefaultCap) =>
        [.. subgraphs.Select(s => ConfigurationEnumerator.Enumerate(s, n => Bounded(n, sensitivity), cap))];

    /// <summary>
    /// With what is worth most for its predicted error where a sub-graph has more assignments than there is room for: those near uniform
    /// ones would leave only all of its layers or none in fp32. Sub-graphs that are alike get the same, from what they err together, so
    /// that they go on to share their measurements.
    /// </summary>
    /// <param name="configurations">Of each sub-graph.</param>
    /// <param name="most">Of one sub-graph.</param>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> WithEfficient(PartitionResult parts, SensitivityTable sensitivity,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> configurations, int most)
    {
        var result = configurations.ToArray();
        foreach (var alike in parts.Subgraphs.Index()
            .Where(s => sensitivity.Values.Count > 0 && IsCut(s.Item, configurations[s.Index].Count))
            .GroupBy(s => s.Item.Signature + string.Concat(Candidates(s.Item).Select(c => string.Join(' ', c) + "|"))))
        {
            var first = alike.First().Item;
            double Error(int op, PrecisionConfig p) => alike.Sum(s => sensitivity[s.Item.Quantizable[op], p]);
            double Gain(int op, PrecisionConfig p) => options.Objective == Objective.Memory
                ? -OpCost.WeightBytes(first.Quantizable[op], p) : -p.Nanoseconds(OpCost.Macs(first.Quantizable[op], parts.Sizes));
            var efficient = Thinned(EfficientAssignments.Find(Candidates(first), Error, Gain), most);
            foreach (var (i, _) in alike)
            {
                result[i] = [.. result[i].Concat(efficient).DistinctBy(c => string.Join(' ', c))];
            }
        }

        return result;

        IReadOnlyList<IReadOnlyList<PrecisionConfig>> Candidates(Subgraph subgraph) =>
            [.. subgraph.Quantizable.Select(n => Bounded(n, sensitivity))];

        bool IsCut(Subgraph subgraph, int count) => Candidates(subgraph).Aggregate(1.0, (product, c) => product * c.Count) > count;
    }

    /// <summary>Evenly, with both ends.</summary>
    private static IEnumerable<T> Thinned<T>(IReadOnlyList<T> all, int most) => all.Count <= most ? all
        : most < 2 ? [] : Enumerable.Range(0, most).Select(i => all[i * (all.Count - 1) / (most - 1)]);
}
