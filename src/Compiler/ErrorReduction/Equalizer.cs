using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>
/// Chooses factors of channels (<see cref="ChannelScaling"/>): those of layers that share channels are tried together, in several measures,
/// and the one is taken that lowers the loss error of these layers in i8 the most.
/// </summary>
/// <param name="alsoLowered">Another graph of the same layers that has to allow the factors too; null for none.</param>
internal sealed class Equalizer(TorchExecutor executor, Graph graph, IReadOnlyList<Batch> batches, LossSum loss,
    Func<Node, IReadOnlyList<PrecisionConfig>> candidates, Graph? alsoLowered, CancellationToken cancellation)
{
    /// <summary>Shares of what differs between channels that go into the weights.</summary>
    private static readonly double[] s_measures = [0.5, 0.75, 1];

    /// <summary>Factors say the same of every sample, so that few tell which are better.</summary>
    public const int MostSamples = 128;

    /// <summary>
    /// On so many all measures are tried. What gains nothing on them hardly does on more: residual networks share one factor over all
    /// layers of a stage and gain from none, and would be run four times to say so.
    /// </summary>
    private const int FirstSamples = 32;

    private readonly ChannelAnalysis _analysis = new(graph);
    private readonly IReadOnlyList<Batch> _few = ErrorReducer.First(batches, FirstSamples),
        _batches = ErrorReducer.First(batches, MostSamples);
    private readonly Dictionary<IReadOnlyList<Batch>, Dictionary<string, double>> _before = [];

    /// <summary>The exponents of what layers read, by the layer's name; empty where nothing gains.</summary>
    public IReadOnlyDictionary<string, ChannelExponents> Find()
    {
        Node[] layers = [.. graph.QuantizableNodes.Where(n => candidates(n).Any(p => p.QuantizesActivations))];
        var components = Components(layers);
        if (components.Count == 0)
        {
            return new Dictionary<string, ChannelExponents>();
        }

        var magnitudes = ChannelMagnitudes.Collect(executor, _analysis, layers, _batches);
        var best = new Dictionary<Component, Trial>();
        foreach (double measure in s_measures)
        {
            var gaining = Gaining(components.ToDictionary(c => c, c => Exponents(c, magnitudes, measure)), _few, layers);
            foreach (var (component, trial) in gaining.Where(g => !best.TryGetValue(g.Key, out var known) || g.Value.Share < known.Share))
            {
                best[component] = trial;
            }
        }

        var chosen = best.ToDictionary(b => b.Key, b => b.Value.Exponents);
        if (chosen.Count > 0 && _batches.Count > _few.Count)
        {
            chosen = Gaining(chosen, _batches, layers).ToDictionary(g => g.Key, g => g.Value.Exponents);
        }

        return ChannelScaling.Describe(_analysis, layers, Merge(chosen.Values));
    }

    /// <summary>The components whose loss error falls with their exponents, and to what share of what it was.</summary>
    private Dictionary<Component, Trial> Gaining(IReadOnlyDictionary<Component, IReadOnlyDictionary<int, sbyte>> exponents,
        IReadOnlyList<Batch> samples, IReadOnlyList<Node> layers)
    {
        using var constants = ChangedConstants.For(graph);
        if (ChannelScaling.Apply(graph, ChannelScaling.Describe(_analysis, layers, Merge(exponents.Values)), constants: constants)
            is not { } scaled)
        {
            return [];
        }

        string[] names = [.. exponents.Keys.SelectMany(c => c.Layers).Select(l => l.Name)];
        var before = Before(samples, names);
        var after = SquaresOfCopy(scaled, names, samples);
        FreedMemory.GiveBack(graph);
        return exponents.Where(e => Sum(after, e.Key) < Sum(before, e.Key) * ErrorReducer.Worthwhile && IsAllowed(e.Value, layers))
            .ToDictionary(e => e.Key, e => new Trial(Sum(after, e.Key) / Sum(before, e.Key), e.Value));
    }

    private Dictionary<string, double> SquaresOfCopy(Graph scaled, IReadOnlyCollection<string> names, IReadOnlyList<Batch> samples)
    {
        using var own = new TorchExecutor(scaled);
        return Squares(scaled, own, names, samples);
    }

    /// <summary>Without factors; the same for all measures.</summary>
    private Dictionary<string, double> Before(IReadOnlyList<Batch> samples, IReadOnlyCollection<string> names) =>
        _before.TryGetValue(samples, out var known) ? known : _before[samples] = Squares(graph, executor, names, samples);

    private static double Sum(IReadOnlyDictionary<string, double> squares, Component component) =>
        component.Layers.Sum(l => squares[l.Name]);

    private static Dictionary<int, sbyte> Merge(IEnumerable<IReadOnlyDictionary<int, sbyte>> parts) =>
        parts.SelectMany(p => p).ToDictionary();

    private static IReadOnlyDictionary<int, sbyte> Exponents(Component component, ChannelMagnitudes magnitudes, double measure) =>
        component.Classes.Select(c => (Class: c, Logarithm: magnitudes.Logarithm(c, measure))).Where(c => c.Logarithm is not null)
            .ToDictionary(c => c.Class, c => ChannelExponents.Nearest(c.Logarithm!.Value));

    private bool IsAllowed(IReadOnlyDictionary<int, sbyte> exponents, IReadOnlyList<Node> layers) => alsoLowered is null
        || ChannelScaling.IsAllowed(alsoLowered, ChannelScaling.Describe(_analysis, layers, exponents));

    private Dictionary<string, double> Squares(Graph network, TorchExecutor own, IReadOnlyCollection<string> names,
        IReadOnlyList<Batch> samples) => new LayerErrors(own, network, samples, loss, cancellation).SquaresInBytes(names);

    /// <summary>Layers that read a class in common, directly or through others.</summary>
    private List<Component> Components(IReadOnlyList<Node> layers)
    {
        var components = new List<Component>();
        foreach (var layer in layers)
        {
            var operands = layer.MultipliesActivations() ? layer.Inputs.Take(2) : layer.Inputs.Take(1);
            HashSet<int> classes = [.. operands.SelectMany(v => _analysis.Of(v!).Literals).Select(l => _analysis.Find(l) & ~1)
                .Where(l => l != ScaleVariables.One)];
            if (classes.Count == 0)
            {
                continue;
            }

            Component[] touched = [.. components.Where(c => c.Classes.Overlaps(classes))];
            components.RemoveAll(touched.Contains);
            components.Add(new([.. touched.SelectMany(c => c.Layers), layer], [.. touched.SelectMany(c => c.Classes), .. classes]));
        }

        return components;
    }

    /// <param name="Share">Of the squared loss error that is left.</param>
    private sealed record Trial(double Share, IReadOnlyDictionary<int, sbyte> Exponents);

    private sealed record Component(IReadOnlyList<Node> Layers, HashSet<int> Classes);
}
