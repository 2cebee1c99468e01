using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>
/// How large each class of channels gets, as a share of the largest channel beside it: among what layers quantize (1 where it fills the
/// range), and among the weights that it is multiplied with.
/// </summary>
internal sealed class ChannelMagnitudes
{
    /// <summary>Channels that are smaller hardly count: they are not enlarged further.</summary>
    private const double Least = 1.0 / 256;

    private readonly Dictionary<int, double> _values = [], _weights = [];

    /// <param name="layers">Whose inputs are quantized.</param>
    public static ChannelMagnitudes Collect(TorchExecutor executor, ChannelAnalysis analysis, IReadOnlyCollection<Node> layers,
        IEnumerable<Batch> batches)
    {
        var largest = new Dictionary<Value, float[]>();
        using var quiet = no_grad();
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            executor.Run(batch.Inputs, (node, x, rhs, y) =>
            {
                if (layers.Contains(node))
                {
                    Add(node.Input(0), x);
                    if (node.MultipliesActivations())
                    {
                        Add(node.Input(1), rhs);
                    }
                }

                return y;
            });
        }

        var magnitudes = new ChannelMagnitudes();
        foreach (var (value, channels) in largest)
        {
            magnitudes.Add(analysis, analysis.Of(value).Literals, channels);
        }

        foreach (var layer in layers.Where(ChannelAnalysis.IsScalable))
        {
            magnitudes.AddWeights(analysis, layer);
        }

        return magnitudes;

        void Add(Value value, TorchTensor tensor)
        {
            var labels = analysis.Of(value);
            if (labels.Literals.All(l => analysis.Find(l) == ScaleVariables.One) || labels.Rank != tensor.dim() || tensor.numel() == 0)
            {
                return;
            }

            using var inner = NewDisposeScope();
            long[] same = [.. Enumerable.Range(0, labels.Rank).Where(d => !labels.Varies(d)).Select(d => (long)d)];
            var channels = same.Length == 0 ? tensor.abs() : tensor.abs().amax(same);
            float[] elements = channels.nan_to_num(0, 0, 0).contiguous().data<float>().ToArray();
            if (elements.Length == labels.Literals.Length)
            {
                largest[value] = largest.TryGetValue(value, out float[]? known) ? [.. known.Zip(elements, Math.Max)] : elements;
            }
        }
    }

    /// <summary>
    /// log₂ of the factor of a class: rᵅ / w¹⁻ᵅ, r the magnitude of its values and w that of its weights; α = 1 makes all channels as large
    /// as the largest, α = ½ leaves values and weights the same share. Null where the class is not quantized.
    /// </summary>
    public double? Logarithm(int literal, double alpha) => !_values.TryGetValue(literal, out double r) ? null
        : (alpha * Math.Log2(Math.Max(r, Least))) - ((1 - alpha) * Math.Log2(Math.Max(_weights.GetValueOrDefault(literal, 1), Least)));

    private void Add(ChannelAnalysis analysis, int[] literals, float[] channels)
    {
        double most = channels.Max();
        for (int i = 0; i < channels.Length && most > 0; i++)
        {
            // What is multiplied by a factor is to its class what weights are.
            int literal = analysis.Find(literals[i]);
            Raise((literal & 1) == 0 ? _values : _weights, literal & ~1, channels[i] / most);
        }
    }

    private void AddWeights(ChannelAnalysis analysis, Node layer)
    {
        int[] literals = analysis.Of(layer.Input(0)).Literals;
        var tensor = layer.Input(1).Constant!;
        var weights = tensor.Span<float>();
        bool isConv = layer.Op is Conv;
        int outputs = layer.OutputChannels(), channels = (int)tensor.Shape[isConv ? 1 : 0];
        int taps = isConv ? weights.Length / channels / outputs : 1, perGroup = outputs / (layer.Op is Conv conv ? conv.Groups : 1);
        if (weights.Length == 0 || literals.Length != channels * (outputs / perGroup))
        {
            return;
        }

        (int Channel, int Output) Place(int i) => isConv ? (i / taps % channels, i / taps / channels) : (i / outputs, i % outputs);
        var most = new float[outputs];
        for (int i = 0; i < weights.Length; i++)
        {
            ref float known = ref most[Place(i).Output];
            known = Math.Max(known, Math.Abs(weights[i]));
        }

        for (int i = 0; i < weights.Length; i++)
        {
            var (channel, output) = Place(i);
            int literal = analysis.Find(literals[isConv ? (output / perGroup * channels) + channel : channel]);
            if (most[output] > 0 && (literal & 1) == 0)
            {
                Raise(_weights, literal, Math.Abs(weights[i]) / most[output]);
            }
        }
    }

    private static void Raise(Dictionary<int, double> table, int literal, double value)
    {
        if (literal != ScaleVariables.One && double.IsFinite(value))
        {
            table[literal] = Math.Max(table.GetValueOrDefault(literal), value);
        }
    }
}
