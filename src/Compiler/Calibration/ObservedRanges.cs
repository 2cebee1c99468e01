using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Calibration;

/// <summary>
/// The interval of each op's activations by each rule: the model's own where it has one, what the samples show elsewhere. Ops that read one
/// value have one interval, so that the value can be stored as quantized values.
/// </summary>
/// <param name="ranges">Of each value that is observed (<see cref="Lhs"/>) one for each rule.</param>
/// <param name="kinds">The rules.</param>
/// <param name="notFinite">Ops that read NaN or infinity.</param>
internal sealed class ObservedRanges(Graph graph, IReadOnlyList<ActivationRanges> kinds,
    IReadOnlyDictionary<object, IReadOnlyList<ActivationRange>> ranges, IReadOnlySet<string> notFinite)
{
    /// <summary>Rules that ranges were made by.</summary>
    public IReadOnlyList<ActivationRanges> Kinds => kinds;

    public int Rules => ranges.Count == 0 ? 1 : kinds.Count;

    public IReadOnlySet<string> NotFinite => notFinite;

    /// <summary>What a left-hand side goes by: the value, and for states, which are none, the recurrence.</summary>
    public static object Lhs(Node node) => node.Op is Recurrence ? node : node.Input(0);

    /// <param name="rule">Of each value the place of its rule.</param>
    /// <param name="ofRhs">The same of right-hand sides; null for the same rules.</param>
    public RangeTable Table(Func<object, int> rule, Func<object, int>? ofRhs = null) => new(
        graph.QuantizableNodes.ToDictionary(n => n.Name, n => ModelQuantization.OfActivations(n)?.Range ?? ranges[Lhs(n)][rule(Lhs(n))]),
        graph.QuantizableNodes.Where(n => n.MultipliesActivations())
            .ToDictionary(n => n.Name, n => ranges[n.Input(1)][(ofRhs ?? rule)(n.Input(1))]))
    {
        NotFinite = notFinite,
    };
}
