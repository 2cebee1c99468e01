using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>
/// A product of two activations, which has no bias, whose output is read by one layer alone: what is added to its channels is added to the
/// layer's bias, multiplied by the layer's weights.
/// </summary>
/// <param name="Layer">The layer that reads it.</param>
/// <param name="Channels">The channel of the layer's input that an element of the product's output is.</param>
internal sealed record CorrectedProduct(Node Product, Node Layer, ChannelLabels Channels)
{
    /// <summary>The product whose elements a layer reads, in whatever order; null where it reads something else.</summary>
    public static CorrectedProduct? Before(Node layer, Graph graph)
    {
        if (layer.Op is not MatMul || !ChannelAnalysis.IsScalable(layer) || !layer.Input(1).Shape[0].IsConstant)
        {
            return null;
        }

        var value = layer.Input(0);
        int depth = checked((int)layer.Input(1).Shape[0].Value);
        ChannelLabels? channels = ChannelLabels.Along(value.Rank, value.Rank - 1, [.. Enumerable.Range(0, depth)]);
        for (; channels is not null && graph.HasOneUse(value) && value.Producer is { } node; value = node.Input(0))
        {
            switch (node.Op)
            {
                case MatMul { Activation: null } when node.MultipliesActivations() && node.InputOrNull(2) is null:
                    return channels.Literals.Length == depth ? new(node, layer, channels) : null;
                case Reshape:
                    channels = MovedLabels.Reshaped(channels, value.Shape, node.Input(0).Shape);
                    break;
                case Transpose transpose:
                    int[] order = [.. transpose.Permutation];
                    channels = channels.Transpose([.. Enumerable.Range(0, value.Rank).Select(d => Array.IndexOf(order, d))]);
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>Every such product of a graph, by name.</summary>
    public static IReadOnlyDictionary<string, CorrectedProduct> FindAll(Graph graph) => graph.QuantizableNodes
        .Select(layer => Before(layer, graph)).OfType<CorrectedProduct>().ToDictionary(c => c.Product.Name);

    /// <summary>What the layer's bias gets for what each element of <see cref="Channels"/> gets.</summary>
    public double[] InBias(BiasCorrection correction)
    {
        var weights = Layer.Input(1).Constant!.Span<float>();
        var bias = new double[Layer.OutputChannels()];
        for (int i = 0; i < correction.Count; i++)
        {
            var row = weights.Slice(Channels.Literals[i] * bias.Length, bias.Length);
            for (int n = 0; n < bias.Length; n++)
            {
                bias[n] += (double)row[n] * correction.Values[i];
            }
        }

        return bias;
    }

    /// <summary>
    /// The bias of a layer, zeros where it has none, with what calibration adds to it and to the product before it.
    /// </summary>
    public static float[] BiasOf(Node layer, Graph graph, RangeTable ranges, PrecisionAssignment precisions, int channels)
    {
        float[] bias = layer.InputOrNull(2)?.Constant is { } given ? given.Span<float>().ToArray() : new float[channels];
        if (ranges.BiasCorrection(layer, precisions[layer]) is { } correction)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(bias, correction.Values, bias);
        }

        if (ranges.BiasCorrections.Count > 0 && Before(layer, graph) is { } before
            && ranges.BiasCorrection(before.Product, precisions[before.Product]) is { } ofProduct)
        {
            double[] added = before.InBias(ofProduct);
            for (int c = 0; c < bias.Length; c++)
            {
                bias[c] = (float)(bias[c] + added[c]);
            }
        }

        return bias;
    }
}
