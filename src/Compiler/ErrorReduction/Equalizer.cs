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
    private const int MostSamples = 128;

    private readonly ChannelAnalysis _analysis = new(graph);
    private readonly IReadOnlyList<Batch> _batches = ErrorReducer.First(batches, MostSamples);

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
        string[] names = [.. components.SelectMany(c => c.Layers).Select(l => l.Name)];
        var before = Squares(graph, executor, names);
        var best = components.ToDictionary(c => c, c => (Squares: Sum(before, c) * ErrorReducer.Worthwhile,
            Exponents: (IReadOnlyDictionary<int, sbyte>)new Dictionary<int, sbyte>()));
        foreach (double measure in s_measures)
        {
            var exponents = components.ToDictionary(c => c, c => Exponents(c, magnitudes, measure));
            if (Scaled(exponents.Values, layers) is not { } scaled)
            {
                continue;
            }

            var after = Squares(scaled, new TorchExecutor(scaled), names);
            foreach (var component in components.Where(c => Sum(after, c) < best[c].Squares && IsAllowed(exponents[c], layers)))
            {
                best[component] = (Sum(after, component), exponents[component]);
            }
        }

        return ChannelScaling.Describe(_analysis, layers, Merge(best.Values.Select(b => b.Exponents)));
    }

    private static double Sum(IReadOnlyDictionary<string, double> squares, Component component) =>
        component.Layers.Sum(l => squares[l.Name]);

    private static Dictionary<int, sbyte> Merge(IEnumerable<IReadOnlyDictionary<int, sbyte>> parts) =>
        parts.SelectMany(p => p).ToDictionary();

    private static Dictionary<int, sbyte> Exponents(Component component, ChannelMagnitudes magnitudes, double measure) =>
        component.Classes.Select(c => (Class: c, Logarithm: magnitudes.Logarithm(c, measure))).Where(c => c.Logarithm is not null)
            .ToDictionary(c => c.Class, c => ChannelExponents.Nearest(c.Logarithm!.Value));

    private Graph? Scaled(IEnumerable<IReadOnlyDictionary<int, sbyte>> parts, IReadOnlyList<Node> layers) =>
        ChannelScaling.Apply(graph, ChannelScaling.Describe(_analysis, layers, Merge(parts)));

    private bool IsAllowed(IReadOnlyDictionary<int, sbyte> exponents, IReadOnlyList<Node> layers) => alsoLowered is null
        || ChannelScaling.Apply(alsoLowered, ChannelScaling.Describe(_analysis, layers, exponents)) is not null;

    private Dictionary<string, double> Squares(Graph network, TorchExecutor own, IReadOnlyCollection<string> names) =>
        new LayerErrors(own, network, _batches, loss, cancellation).SquaresInBytes(names);

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

    private sealed record Component(IReadOnlyList<Node> Layers, HashSet<int> Classes);
}
