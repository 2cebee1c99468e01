using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MixPrec.Compiler.Calibration.Ranges;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = MixPrec.Compiler.Graphs.Tensor;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Calibration;

/// <summary>
/// Observes what quantizable ops read over the calibration samples: left-hand sides, and right-hand sides that are no constants.
/// </summary>
internal static class RangeCalibration
{
    /// <inheritdoc cref="ObservedRanges"/>
    public static RangeTable Collect(ActivationRanges kind, TorchExecutor executor, Graph graph,
        IEnumerable<IReadOnlyList<Tensor>> batches) => Observe([kind], executor, graph, batches).Table(_ => 0);

    /// <summary>The intervals of what each op reads by each of several rules.</summary>
    public static ObservedRanges Observe(IReadOnlyList<ActivationRanges> kinds, TorchExecutor executor, Graph graph,
        IEnumerable<IReadOnlyList<Tensor>> batches) => Observe(kinds, executor, graph, 1, batches.Select(b => (b, (long[][]?)null, 0)))[0];

    /// <summary>The same of parts of the samples, in one run.</summary>
    /// <param name="partOf">By the place of a sample in the data.</param>
    public static IReadOnlyList<ObservedRanges> Observe(IReadOnlyList<ActivationRanges> kinds, TorchExecutor executor, Graph graph,
        IEnumerable<Batch> batches, int parts, Func<int, int> partOf) =>
        Observe(kinds, executor, graph, parts, batches.Select(b => (b.Inputs, (long[][]?)[.. Enumerable.Range(0, parts).Select(part =>
            Enumerable.Range(0, b.Samples.Count).Where(r => partOf(b.Samples.FirstIndex + r) == part).Select(r => (long)r).ToArray())],
            b.Samples.Count)));

    /// <param name="batches">With the rows of each part; null for all of one part.</param>
    private static ObservedRanges[] Observe(IReadOnlyList<ActivationRanges> kinds, TorchExecutor executor, Graph graph, int parts,
        IEnumerable<(IReadOnlyList<Tensor> Inputs, long[][]? Rows, int Samples)> batches)
    {
        var products = graph.QuantizableNodes.Where(n => n.MultipliesActivations()).ToArray();
        var observers = graph.QuantizableNodes.Select(ObservedRanges.Lhs).Concat(products.Select(n => n.Input(1))).Distinct()
            .ToDictionary(v => v, _ => Enumerable.Range(0, parts).Select(_ => new RangeObserver(kinds)).ToArray());
        var infinite = Enumerable.Range(0, parts).Select(_ => new HashSet<object>()).ToArray();
        using var quiet = no_grad();
        foreach (var (inputs, rows, samples) in batches)
        {
            using var scope = NewDisposeScope();
            var seen = new HashSet<object>();
            executor.Run(inputs, (node, lhs, rhs, output) =>
            {
                foreach (var (value, tensor) in new[] { (ObservedRanges.Lhs(node), lhs), (node.Input(1), rhs) }.Where(o =>
                    observers.ContainsKey(o.Item1) && (seen.Add(o.Item1) || node.Op is Recurrence)))
                {
                    for (int part = 0; part < parts; part++)
                    {
                        if (rows?[part].Length == 0)
                        {
                            continue;
                        }

                        using var inner = NewDisposeScope();
                        using var dense = (rows is null ? tensor : Taken(tensor, torch.tensor(rows[part]), samples)).contiguous();
                        if (!Observe(observers[value][part], MemoryMarshal.Cast<byte, float>(dense.bytes)))
                        {
                            infinite[part].Add(value);
                        }
                    }
                }

                return output;
            });
        }

        return [.. infinite.Select((bad, part) => new ObservedRanges(graph, kinds,
            observers.ToDictionary(o => o.Key, o => o.Value[part].Ranges), graph.QuantizableNodes.Where(n =>
                bad.Contains(ObservedRanges.Lhs(n)) || (n.MultipliesActivations() && bad.Contains(n.Input(1))))
                .Select(n => n.Name).ToHashSet()))];
    }

    /// <summary>What belongs to some of the samples; all of a value that samples share.</summary>
    private static TorchTensor Taken(TorchTensor tensor, TorchTensor rows, int samples) => tensor.shape[0] % samples != 0 ? tensor
        : tensor.reshape([samples, tensor.shape[0] / samples, .. tensor.shape[1..]]).index_select(0, rows);

    /// <summary>
    /// What is not finite is left out: no code stands for it, and one infinity would leave a single step for all numbers.
    /// </summary>
    /// <returns>False when something was left out.</returns>
    private static bool Observe(RangeObserver observer, ReadOnlySpan<float> values)
    {
        bool finite = TensorPrimitives.IsFiniteAll(values);
        observer.Observe(finite ? values : values.ToArray().Where(float.IsFinite).ToArray());
        return finite;
    }
}
