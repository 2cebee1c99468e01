using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity.Estimators;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity;

/// <summary>
/// One backward pass of Σ g_r per batch gives ∂g_r/∂y of every op (samples are independent); an estimator turns it into loss changes for
/// every candidate. Only one number per sample, op and candidate is kept.
/// </summary>
internal static class SensitivityEstimation
{
    /// <summary>For each of several losses; one pass over the batches for each.</summary>
    public static SensitivityTable Estimate(Estimator kind, TorchExecutor executor, Graph graph, IEnumerable<Batch> batches,
        IReadOnlyList<OutputLoss> losses, RangeTable ranges, Func<Node, IReadOnlyList<PrecisionConfig>> candidates) =>
        SensitivityTable.Join([.. losses.Select(loss => Estimate(kind, executor, graph, batches, loss, ranges, candidates))]);

    public static SensitivityTable Estimate(
        Estimator kind, TorchExecutor executor, Graph graph, IEnumerable<Batch> batches, OutputLoss loss, RangeTable ranges,
            Func<Node, IReadOnlyList<PrecisionConfig>> candidates)
    {
        var changes = new Dictionary<(string, PrecisionConfig), List<float>>();
        var losses = new List<float>();
        var numbers = new List<int>();
        var seen = new HashSet<string>();
        using var weights = new QuantizedConstants(ranges, graph);
        var product = new RoundedProduct(executor, ranges, weights);

        // Two passes share one bias, which is not corrected.
        var uncorrected = ranges with { BiasCorrections = RangeTable.Empty.BiasCorrections };
        var pass = new RoundedProduct(executor, uncorrected, weights);
        var estimator = new TwoPassEstimator(IEstimator.Create(kind, executor, ranges, product),
            IEstimator.Create(kind, executor, uncorrected, pass), pass);
        foreach (var group in BatchSize.Together(graph, batches))
        {
            using var scope = NewDisposeScope();
            var ops = new List<OpObservation>();
            foreach (var batch in group)
            {
                ops.AddRange(Observe(executor, graph, batch, loss, out float[] batchLosses));
                losses.AddRange(batchLosses);
                numbers.AddRange(Enumerable.Range(batch.Samples.FirstIndex, batch.Samples.Count));
            }

            using var quiet = no_grad();
            // Node by node: weights that are too large to be kept are rounded once for a group.
            foreach (var op in ops.Where(o => !StaysFloat(o.Node)).GroupBy(o => o.Node).SelectMany(o => o))
            {
                PrecisionConfig[] others = [.. candidates(op.Node).Where(p => p != PrecisionConfig.F32)];
                using var inner = NewDisposeScope();
                if (op.Gradient.nan_to_num().abs().max().item<float>() != 0)
                {
                    seen.Add(op.Node.Name);
                }

                foreach (var (precision, change) in others.Zip(estimator.Changes(op, others)))
                {
                    if (!changes.TryGetValue((op.Node.Name, precision), out var known))
                    {
                        changes[(op.Node.Name, precision)] = known = [];
                    }

                    known.AddRange(change.data<float>().ToArray());
                }
            }
        }

        var leftOut = LeaveOut(graph, changes, losses, numbers);
        int samples = Math.Max(1, losses.Count);
        var values = changes.ToDictionary(c => c.Key, c => c.Value.Sum(d => estimator.IsSigned ? (double)d * d : d) / samples);
        var table = new SensitivityTable(values, losses.Sum(g => (double)g * g) / samples)
        {
            Recomputed = estimator.Recomputed,
            WithoutGradient = graph.QuantizableNodes.Select(n => n.Name).Where(n => !seen.Contains(n)).ToHashSet(),
            LeftOut = leftOut,
        };
        return estimator.IsSigned ? table with { Changes = changes.ToDictionary(c => c.Key, c => (IReadOnlyList<float>)c.Value) } : table;

        // An estimate of what reads infinity would be infinite: unless it is pinned it counts as not seen.
        bool StaysFloat(Node node) => ranges.NotFinite.Contains(node.Name) && candidates(node).Contains(PrecisionConfig.F32);
    }

    /// <summary>
    /// Takes the samples out whose changes are not all finite: the selection compares and adds these numbers, and with NaN among them it
    /// would choose anything.
    /// </summary>
    private static LeftOutSamples LeaveOut(Graph graph, Dictionary<(string Node, PrecisionConfig Precision), List<float>> changes,
        List<float> losses, List<int> numbers)
    {
        var layers = new (string Layer, string Candidate)?[losses.Count];
        foreach (var node in graph.QuantizableNodes)
        {
            foreach (var ((_, candidate), known) in changes.Where(c => c.Key.Node == node.Name))
            {
                for (int r = 0; r < layers.Length; r++)
                {
                    layers[r] ??= float.IsFinite(known[r]) ? null : (node.Name, candidate.Id);
                }
            }
        }

        int[] bad = [.. Enumerable.Range(0, layers.Length).Where(r => layers[r] is not null)];
        var result = bad.Length == 0 ? LeftOutSamples.None with { Of = losses.Count }
            : new([.. bad.Select(r => numbers[r]).Order()], layers[bad[0]]!.Value.Layer, layers[bad[0]]!.Value.Candidate, losses.Count);
        foreach (int r in bad.Reverse())
        {
            losses.RemoveAt(r);
            foreach (var known in changes.Values)
            {
                known.RemoveAt(r);
            }
        }

        return result;
    }

    /// <summary>Every quantizable op in one run of fp32 with its gradient; tensors belong to the caller's dispose scope.</summary>
    /// <param name="perSample">The loss of every sample.</param>
    /// <exception cref="MixPrecException">MXP1014: the loss of a sample is not finite.</exception>
    public static List<OpObservation> Observe(TorchExecutor executor, Graph graph, Batch batch, LossSum loss, out float[] perSample)
    {
        var kept = new List<(Node Node, TorchTensor X, TorchTensor Rhs, TorchTensor Y)>();
        var outputs = executor.Run(batch.Inputs, (node, x, rhs, product) =>
        {
            var y = product.requires_grad ? product : product.requires_grad_();
            y.retain_grad();
            kept.Add((node, x.detach(), rhs.detach(), y));
            return y;
        });
        var losses = TorchLoss.PerSample(loss, graph, outputs, batch.Samples);
        perSample = losses.detach().data<float>().ToArray();
        FiniteLoss.Require(loss.Terms[0].Loss.OutputOf(graph), batch.Samples, [.. perSample.Select(g => (double)g)]);
        if (losses.requires_grad)
        {
            losses.sum().backward();
        }

        return [.. kept.GroupBy(k => k.Node, (node, seen) =>
            Observation(node, [.. seen.Select(k => (k.X, k.Y))], seen.First().Rhs, batch.Samples.Count))];
    }

    /// <summary>What was seen of one op: a recurrence multiplies in every step, and its steps become rows of one product.</summary>
    private static OpObservation Observation(Node node, (TorchTensor X, TorchTensor Y)[] seen, TorchTensor rhs, int samples)
    {
        TorchTensor Joined(Func<(TorchTensor X, TorchTensor Y), TorchTensor> part) =>
            // Samples come first where they are the batch; otherwise they are the steps, as the other ops of such a network have them.
            seen is [var one] ? part(one) : stack(seen.Select(part), seen[0].X.shape[0] % samples == 0 ? 1 : 0);

        // An op that the loss does not depend on, or only through integers, has no gradient.
        return new(node, Joined(k => k.X), rhs, Joined(k => k.Y.detach()), Joined(k => k.Y.grad ?? zeros_like(k.Y)), samples);
    }
}
