using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using TorchSharp;
using static TorchSharp.torch;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>
/// Chooses shifts of what layers read (<see cref="ShiftedInputs"/>): the range of each channel becomes that of all quantized values. A
/// shift is kept where the loss error of its layer in i8 falls.
/// </summary>
internal sealed class InputShifter(TorchExecutor executor, Graph graph, IReadOnlyList<Batch> batches, LossSum loss,
    Func<Node, IReadOnlyList<PrecisionConfig>> candidates, CancellationToken cancellation)
{
    /// <summary>What is shifted lies between 0 and this: a value of 8 bits for each whole number.</summary>
    private const double Highest = byte.MaxValue;

    /// <summary>As few as tell which factors of channels are better. Where values lie is asked of all: rare ones lie at the ends.</summary>
    private readonly IReadOnlyList<Batch> _few = ErrorReducer.First(batches, Equalizer.MostSamples);

    /// <summary>By the name of the layer; empty where nothing gains.</summary>
    public IReadOnlyDictionary<string, ChannelShift> Find()
    {
        Node[] layers = [.. graph.QuantizableNodes.Where(n => ShiftedInputs.IsOffered(graph, n)
            && candidates(n).Any(p => p.QuantizesActivations))];
        var shifts = layers.Length == 0 ? [] : Shifts(layers);
        using var constants = ChangedConstants.For(graph);
        if (ShiftedInputs.Apply(graph, shifts, constants) is not { } shifted || shifts.Count == 0)
        {
            return new Dictionary<string, ChannelShift>();
        }

        var before = Squares(graph, executor, shifts.Keys);
        using var own = new TorchExecutor(shifted);
        var after = Squares(shifted, own, shifts.Keys);
        return shifts.Where(s => after[s.Key] < before[s.Key] * ErrorReducer.Worthwhile).ToDictionary();
    }

    private Dictionary<string, ChannelShift> Shifts(IReadOnlyCollection<Node> layers)
    {
        var seen = new Dictionary<Node, (float[] Lowest, float[] Highest)>();
        using var quiet = no_grad();
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            executor.Run(batch.Inputs, (node, x, _, y) =>
            {
                if (layers.Contains(node) && x.numel() > 0)
                {
                    using var inner = NewDisposeScope();
                    var rows = x.transpose(0, ShiftedInputs.Axis(node)).reshape(x.shape[ShiftedInputs.Axis(node)], -1);
                    float[] lowest = Extreme(rows.min(1).values), highest = Extreme(rows.max(1).values);
                    seen[node] = seen.TryGetValue(node, out var known)
                        ? ([.. known.Lowest.Zip(lowest, Math.Min)], [.. known.Highest.Zip(highest, Math.Max)]) : (lowest, highest);
                }

                return y;
            });
        }

        var shifts = new Dictionary<string, ChannelShift>();
        foreach (var (node, (lowest, highest)) in seen.OrderBy(s => s.Key.Name, StringComparer.Ordinal))
        {
            double widest = lowest.Zip(highest, (l, h) => (double)h - l).Max();
            float[] factors = [.. lowest.Zip(highest, (l, h) => (float)(Highest / (h > l ? (double)h - l : widest)))];
            float[] terms = [.. lowest.Zip(factors, (l, f) => -l * f)];
            if (ChannelShift.AreValid(factors, terms))
            {
                shifts[node.Name] = new(factors, terms);
            }
        }

        return shifts;

        static float[] Extreme(torch.Tensor channels) => channels.contiguous().data<float>().ToArray();
    }

    private Dictionary<string, double> Squares(Graph network, TorchExecutor own, IReadOnlyCollection<string> names) =>
        new LayerErrors(own, network, _few, loss, cancellation).SquaresInBytes(names);
}
