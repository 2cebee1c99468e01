using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Planning;

/// <summary>What may be chosen: for a layer what rules allow and kernels offer, for a sub-graph the configurations made of it.</summary>
internal sealed class CandidateSets(CompilerOptions options, LayerRules rules, EncodedWeightsCache weights)
{
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
                throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, options.Model, "Pin", $"{node.Name}={wanted[0]}",
                    $"one of {string.Join(", ", offered)} for this layer");
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
}
