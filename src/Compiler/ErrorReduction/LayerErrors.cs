using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Sensitivity.Estimators;
using static TorchSharp.torch;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>What quantizing a layer alone, on its inputs in fp32, changes the loss by.</summary>
/// <param name="step">Called before each batch; null where nobody waits.</param>
internal sealed class LayerErrors(TorchExecutor executor, Graph graph, IReadOnlyList<Batch> batches, LossSum loss,
    CancellationToken cancellation, Action? step = null)
{
    /// <summary>Σ δ² of some layers in i8, with the ranges that these batches have in this network.</summary>
    public Dictionary<string, double> SquaresInBytes(IReadOnlyCollection<string> names)
    {
        Node[] layers = [.. graph.QuantizableNodes.Where(n => names.Contains(n.Name))];
        var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, executor, graph, batches.Select(b => b.Inputs));
        return Observe(layers, _ => PrecisionConfig.I8, _ => [ranges])
            .ToDictionary(c => c.Key.Name, c => c.Value[0].Squares(ErrorReducer.CanBeCorrected(c.Key), of: null));
    }

    /// <summary>The loss changes of some layers with each of several tables.</summary>
    /// <param name="precision">In which a layer runs.</param>
    /// <param name="tables">Those of a layer.</param>
    /// <param name="channels">Of a product of two activations; null for those of a layer.</param>
    public Dictionary<Node, LossChanges[]> Observe(IReadOnlyCollection<Node> layers, Func<Node, PrecisionConfig> precision,
        Func<Node, IReadOnlyList<RangeTable>> tables, Func<Node, ChannelLabels?>? channels = null)
    {
        var asked = layers.ToDictionary(n => n, tables);
        var changes = layers.ToDictionary(n => n, n => asked[n].Select(_ => new LossChanges(channels?.Invoke(n))).ToArray());
        if (layers.Count == 0)
        {
            return changes;
        }

        // Tables of the same roundings share the weights.
        RangeTable[] all = [.. asked.Values.SelectMany(t => t).Distinct()];
        var weights = all.DistinctBy(t => t.Roundings).ToDictionary(t => t.Roundings, t => new QuantizedConstants(t, graph));
        var products = all.ToDictionary(t => t, t => new RoundedProduct(executor, t, weights[t.Roundings]));
        foreach (var group in BatchSize.Together(graph, batches))
        {
            foreach (var batch in group)
            {
                cancellation.ThrowIfCancellationRequested();
                step?.Invoke();
                using var scope = NewDisposeScope();
                var ops = SensitivityEstimation.Observe(executor, graph, batch, loss, out _);
                using var quiet = no_grad();
                foreach (var op in ops.Where(o => changes.ContainsKey(o.Node)))
                {
                    using var inner = NewDisposeScope();
                    foreach (var (table, own) in asked[op.Node].Zip(changes[op.Node]))
                    {
                        own.Add(op, products[table].Of(op, precision(op.Node)).sub_(op.Y), batch.Samples.FirstIndex);
                    }
                }
            }
        }

        foreach (var constants in weights.Values)
        {
            constants.Dispose();
        }

        return changes;
    }
}
