using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>
/// A network whose values are divided by factors, channel by channel, which the constants of its layers take: it computes what it did,
/// within rounding. Quantized, it errs otherwise, for a range is that of all channels (cross-layer equalisation, SmoothQuant).
/// </summary>
internal sealed class ChannelScaling
{
    private readonly Graph _graph;
    private readonly ChannelAnalysis _analysis;
    private readonly Dictionary<int, int> _exponents = [];

    private ChannelScaling(Graph graph, ChannelAnalysis analysis) => (_graph, _analysis) = (graph, analysis);

    /// <param name="exponents">By the name of the layer that reads a value; layers that are not named decide nothing.</param>
    /// <param name="takes">Whether the constants of a node may be changed; null for all that take factors.</param>
    /// <param name="constants">Where changed weights stay; null for in memory.</param>
    /// <returns>Null where the network does not allow them: another size, or factors that would change what it computes.</returns>
    public static Graph? Apply(Graph graph, IReadOnlyDictionary<string, ChannelExponents> exponents, Func<Node, bool>? takes = null,
        ChangedConstants? constants = null)
    {
        if (exponents.Count == 0)
        {
            return graph;
        }

        var scaling = new ChannelScaling(graph, new ChannelAnalysis(graph, takes));
        return scaling.Take(exponents) ? scaling.Rewrite(constants ?? ChangedConstants.InMemory) : null;
    }

    /// <summary>Whether the network allows them.</summary>
    /// <inheritdoc cref="Apply" path="/param"/>
    public static bool IsAllowed(Graph graph, IReadOnlyDictionary<string, ChannelExponents> exponents) =>
        new ChannelScaling(graph, new ChannelAnalysis(graph)).Take(exponents);

    /// <summary>Names of the layers that read what is divided by factors.</summary>
    public static IReadOnlySet<string> ReadersOf(Graph graph, IEnumerable<KeyValuePair<string, ChannelExponents>> exponents)
    {
        var scaling = new ChannelScaling(graph, new ChannelAnalysis(graph));
        var layers = graph.QuantizableNodes.ToArray();
        foreach (var (name, own) in exponents)
        {
            if (layers.FirstOrDefault(l => l.Name == name) is { } layer)
            {
                scaling.Take(layer, own);
            }
        }

        return layers.Where(l => l.Inputs.Take(l.MultipliesActivations() ? 2 : 1)
            .Any(v => scaling._analysis.Of(v!).Literals.Any(e => scaling.FactorOf(e) != 1))).Select(l => l.Name).ToHashSet();
    }

    /// <summary>The exponents of what some layers read.</summary>
    /// <param name="classes">By the literal that stands for a class.</param>
    /// <returns>Layers that read factors other than 1; of several that say the same the first.</returns>
    public static IReadOnlyDictionary<string, ChannelExponents> Describe(ChannelAnalysis analysis, IEnumerable<Node> layers,
        IReadOnlyDictionary<int, sbyte> classes)
    {
        var said = new HashSet<int>();
        var exponents = new Dictionary<string, ChannelExponents>();
        foreach (var layer in layers)
        {
            int[] literals = [.. analysis.Of(layer.Input(0)).Literals.Select(analysis.Find)];
            sbyte[] own = [.. literals.Select(l => ExponentOf(classes, l))];
            if (literals.Where((_, i) => own[i] != 0).Count(l => said.Add(l & ~1)) > 0)
            {
                exponents[layer.Name] = new(own);
            }
        }

        return exponents;
    }

    private static sbyte ExponentOf(IReadOnlyDictionary<int, sbyte> classes, int literal) =>
        (sbyte)((literal & 1) == 0 ? classes.GetValueOrDefault(literal) : -classes.GetValueOrDefault(literal & ~1));

    private bool Take(IReadOnlyDictionary<string, ChannelExponents> exponents)
    {
        var layers = _graph.QuantizableNodes.ToDictionary(n => n.Name);
        return exponents.All(e => layers.TryGetValue(e.Key, out var layer) && Take(layer, e.Value));
    }

    private bool Take(Node layer, ChannelExponents exponents)
    {
        int[] literals = _analysis.Of(layer.Input(0)).Literals;
        if (literals.Length != exponents.Count)
        {
            return false;
        }

        for (int i = 0; i < literals.Length; i++)
        {
            int literal = _analysis.Find(literals[i]), value = (literal & 1) == 0 ? exponents.Values[i] : -exponents.Values[i];
            if (literal == ScaleVariables.One ? value != 0
                : Math.Abs(value) > ChannelExponents.Largest || (_exponents.TryGetValue(literal & ~1, out int known) && known != value))
            {
                return false;
            }

            _exponents[literal & ~1] = value;
        }

        return true;
    }

    private double FactorOf(int literal)
    {
        int found = _analysis.Find(literal), exponent = _exponents.GetValueOrDefault(found & ~1);
        return ChannelExponents.Factor((found & 1) == 0 ? exponent : -exponent);
    }

    private Graph Rewrite(ChangedConstants constants) => GraphRewriter.Run(_graph, (rewriter, node) =>
    {
        if (!_analysis.Takes(node))
        {
            return false;
        }

        if (node.Op is Binary)
        {
            return Multiply(rewriter, node);
        }

        int axis = node.Op is Conv ? 1 : node.Output.Rank - 1;
        double[] output = Along(node.Output, axis);
        double[] input = node.Op is Normalize ? [] : Along(node.Input(0), node.Op is Conv ? 1 : node.Input(0).Rank - 1);
        if (output.All(f => f == 1) && input.All(f => f == 1))
        {
            return false;
        }

        if (node.Op is Normalize)
        {
            rewriter.Fuse(node, null, node.Op, node.Input(0), Divided(node.InputOrNull(1), node.Name + "/scale", output),
                node.InputOrNull(2) is { } shift ? Divided(shift, "", output) : null);
        }
        else
        {
            rewriter.Fuse(node, null, node.Op, node.Input(0), Weights(node, input, output, constants),
                node.InputOrNull(2) is { } bias ? Divided(bias, "", output) : null);
        }

        return true;
    });

    private bool Multiply(GraphRewriter rewriter, Node node)
    {
        int axis = ChannelAnalysis.MultipliedAxis(node), place = node.Input(0).Constant is null ? 1 : 0;
        double[] output = Along(node.Output, axis), input = Along(node.Input(1 - place), axis);
        var labels = _analysis.Of(node.Output);
        if (!labels.Varies(axis) || output.Zip(input).All(f => f.First == f.Second))
        {
            return false;
        }

        var constant = Divided(node.Input(place), "", [.. output.Zip(input, (o, i) => o / i)]);
        rewriter.Fuse(node, null, node.Op, place == 0 ? [constant, node.Input(1)] : [node.Input(0), constant]);
        return true;
    }

    /// <summary>The factors along an axis of a value, as many as it is long.</summary>
    private double[] Along(Value value, int axis)
    {
        var labels = _analysis.Of(value);
        int length = checked((int)value.Shape[axis].Value);
        return labels.Varies(axis) && labels.Literals.Length == length ? [.. labels.Literals.Select(FactorOf)]
            : [.. Enumerable.Repeat(labels.Literals.Length == 1 ? FactorOf(labels.Literals[0]) : 1, length)];
    }

    /// <summary>Conv weights are [O, C / groups, taps…], those of a product [K, N].</summary>
    private static Value Weights(Node node, double[] input, double[] output, ChangedConstants constants)
    {
        var from = node.Input(1).Constant!;
        var scaled = Tensor.Zeros(ElementType.F32, from.Shape);
        var old = from.Span<float>();
        var weights = scaled.Writable<float>();
        var conv = node.Op as Conv;
        int channels = (int)from.Shape[conv is null ? 0 : 1], outputs = output.Length;
        int taps = conv is null ? 1 : weights.Length / channels / outputs, perGroup = outputs / (conv?.Groups ?? 1);
        for (int i = 0, row = 0; i < weights.Length; row++)
        {
            // A row of a product is one channel for all outputs; of a convolution it is the taps of one channel for one output.
            int o = row / channels, of = conv is null ? row : (o / perGroup * channels) + (row % channels);
            int end = i + (conv is null ? outputs : taps);
            for (int column = 0; i < end; i++, column++)
            {
                weights[i] = (float)(old[i] * (input[of] / output[conv is null ? column : o]));
            }
        }

        return GraphBuilder.Constant(node.Input(1).Name, constants.Keep(scaled));
    }

    private static Value Divided(Value? value, string name, double[] factors)
    {
        float[] elements = value?.Constant!.Span<float>().ToArray() ?? [.. Enumerable.Repeat(1f, factors.Length)];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = (float)(elements[i] / factors[i % factors.Length]);
        }

        return GraphBuilder.Constant(value?.Name ?? name, elements, value?.Constant!.Shape ?? [factors.Length]);
    }
}
