using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>
/// A network whose layers read a·x + b, channel by channel, in the place of x: the channels of an image lie apart and are stretched
/// differently, and no single range meets the 256 values of each. A normalization takes both numbers into its constants; elsewhere they are
/// two operations on the input, behind its padding, for zeros around an image become b.
/// </summary>
internal static class ShiftedInputs
{
    /// <summary>Layers whose input can be shifted at little cost: of what the network is given, and of normalized values.</summary>
    public static bool IsOffered(Graph graph, Node layer) => ChannelAnalysis.IsScalable(layer) && layer.Op is Conv or MatMul
        && Channels(layer) is not null && (IsGiven(graph, layer.Input(0)) || OfNormalization(layer) is not null);

    /// <summary>The axis of the input that is added up.</summary>
    public static int Axis(Node layer) => layer.Op is Conv ? 1 : layer.Input(0).Rank - 1;

    /// <param name="shifts">By the name of the layer.</param>
    /// <param name="constants">Where changed weights stay; null for in memory.</param>
    /// <returns>Null where a layer is not there, has other channels, or reads what cannot be shifted.</returns>
    public static Graph? Apply(Graph graph, IReadOnlyDictionary<string, ChannelShift> shifts, ChangedConstants? constants = null) =>
        shifts.Count == 0 ? graph : !IsAllowed(graph, shifts) ? null
        : GraphRewriter.Run(graph, (rewriter, node) =>
        {
            if (!shifts.TryGetValue(node.Name, out var shift) || !node.IsQuantizable())
            {
                return false;
            }

            var op = node.Op is Conv conv ? conv with { PadsBegin = Zeros(conv), PadsEnd = Zeros(conv) } : node.Op;
            rewriter.PutInPlace(node, op, Shifted(rewriter, node, shift),
                Weights(node, shift, constants ?? ChangedConstants.InMemory), Bias(node, shift));
            return true;
        });

    /// <summary>Whether the network has these layers, and they read what can be shifted so.</summary>
    public static bool IsAllowed(Graph graph, IReadOnlyDictionary<string, ChannelShift> shifts)
    {
        var layers = graph.QuantizableNodes.Where(n => shifts.ContainsKey(n.Name)).ToArray();
        return layers.Length == shifts.Count && layers.All(n => IsOffered(graph, n) && Channels(n) == shifts[n.Name].Count);
    }

    /// <summary>An input of the network, in another order or after arithmetic with constants.</summary>
    private static bool IsGiven(Graph graph, Value value)
    {
        while (value.Producer is { } node)
        {
            if (node.Op is not (Transpose or Reshape or Binary) || node.Inputs.Count(i => i!.Constant is null) != 1)
            {
                return false;
            }

            value = node.Inputs.Single(i => i!.Constant is null)!;
        }

        return graph.Inputs.Contains(value);
    }

    private static int[] Zeros(Conv conv) => new int[conv.Strides.Count];

    private static int? Channels(Node layer) => layer.Input(0).Shape[Axis(layer)] is { IsConstant: true, Value: <= int.MaxValue and var n }
        ? (int)n : null;

    private static Node? OfNormalization(Node layer) => layer.Input(0).Producer is { Op: Normalize normalize } producer
        && layer.Op is MatMul && normalize.Axis == producer.Output.Rank - 1 && ChannelAnalysis.IsScalable(producer) ? producer : null;

    /// <summary>The input, as a value of the new graph.</summary>
    private static Value Shifted(GraphRewriter rewriter, Node layer, ChannelShift shift)
    {
        string name = layer.Name + "/shifted";
        int channels = shift.Count;
        if (OfNormalization(layer) is { } normalization)
        {
            float[] Row(int input, float missing) => normalization.InputOrNull(input)?.Constant!.Span<float>().ToArray()
                ?? [.. Enumerable.Repeat(missing, channels)];
            float[] scale = Row(1, 1), bias = Row(2, 0);
            for (int c = 0; c < channels; c++)
            {
                scale[c] = (float)((double)scale[c] * shift.Factors[c]);
                bias[c] = (float)(((double)bias[c] * shift.Factors[c]) + shift.Terms[c]);
            }

            return rewriter.Add(name, normalization.Op, rewriter.Map(normalization.Input(0)),
                GraphBuilder.Constant(name + "/scale", scale, channels), GraphBuilder.Constant(name + "/bias", bias, channels));
        }

        var x = rewriter.Map(layer.Input(0));
        if (layer.Op is Conv conv && (conv.PadsBegin.Any(p => p != 0) || conv.PadsEnd.Any(p => p != 0)))
        {
            x = rewriter.Add(layer.Name + "/padded", new Pad(PadMode.Constant, [0, 0, .. conv.PadsBegin], [0, 0, .. conv.PadsEnd]), x);
        }

        long[] shape = [channels, .. Enumerable.Repeat(1L, layer.Op is Conv ? layer.Input(0).Rank - 2 : 0)];
        x = rewriter.Add(layer.Name + "/stretched", new Binary(BinaryKind.Mul), x,
            GraphBuilder.Constant(name + "/factors", shift.Factors, shape));
        return rewriter.Add(name, new Binary(BinaryKind.Add), x, GraphBuilder.Constant(name + "/terms", shift.Terms, shape));
    }

    private static Value Weights(Node layer, ChannelShift shift, ChangedConstants constants)
    {
        var weights = Tensor.Zeros(ElementType.F32, layer.Input(1).Constant!.Shape);
        var from = layer.Input(1).Constant!.Span<float>();
        var to = weights.Writable<float>();
        foreach (var row in Rows(layer))
        {
            double factor = shift.Factors[row.Channel];
            for (int i = row.First; i < row.First + row.Length; i++)
            {
                to[i] = (float)(from[i] / factor);
            }
        }

        return GraphBuilder.Constant(layer.Input(1).Name, constants.Keep(weights));
    }

    private static Value Bias(Node layer, ChannelShift shift)
    {
        var from = layer.Input(1).Constant!.Span<float>();
        double[] bias = layer.InputOrNull(2) is { } known ? [.. known.Constant!.Span<float>().ToArray().Select(b => (double)b)]
            : new double[layer.OutputChannels()];
        foreach (var row in Rows(layer))
        {
            var (term, factor) = (shift.Terms[row.Channel], shift.Factors[row.Channel]);
            for (int i = 0; i < row.Length; i++)
            {
                bias[row.Output ?? i] -= (double)from[row.First + i] * term / factor;
            }
        }

        return GraphBuilder.Constant(layer.InputOrNull(2)?.Name ?? layer.Name + "/bias", [.. bias.Select(b => (float)b)], bias.Length);
    }

    /// <summary>Neighbouring weights of one input channel: of a product one for each output, of a convolution the taps of one.</summary>
    private static IEnumerable<(int First, int Length, int Channel, int? Output)> Rows(Node layer)
    {
        var shape = layer.Input(1).Constant!.Shape;
        int outputs = layer.OutputChannels(), count = checked((int)Tensor.Count(shape));
        if (layer.Op is not Conv conv)
        {
            return Enumerable.Range(0, (int)shape[0]).Select(channel => (channel * outputs, outputs, channel, (int?)null));
        }

        int channels = (int)shape[1], perGroup = outputs / conv.Groups, taps = count / channels / outputs;
        return Enumerable.Range(0, outputs * channels).Select(row =>
            (row * taps, taps, (row / channels / perGroup * channels) + (row % channels), (int?)(row / channels)));
    }
}
