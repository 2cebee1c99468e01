using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Precision;
using static TorchSharp.torch;
using Tensor = MixPrec.Compiler.Graphs.Tensor;

namespace MixPrec.Compiler.Calibration;

/// <summary>Observes the left-hand sides of quantizable ops over the calibration samples.</summary>
internal static class RangeCalibration
{
    /// <summary>The smallest and the largest value each op has read.</summary>
    public static RangeTable Collect(TorchExecutor executor, Graph graph, IEnumerable<IReadOnlyList<Tensor>> batches)
    {
        var ranges = graph.QuantizableNodes.ToDictionary(n => n.Name, _ => (Lowest: 0f, Highest: 0f));
        using var quiet = no_grad();
        foreach (var inputs in batches)
        {
            using var scope = NewDisposeScope();
            executor.Run(inputs, (node, x, product) =>
            {
                var (lowest, highest) = ranges[node.Name];
                ranges[node.Name] = (Math.Min(lowest, x.min().item<float>()), Math.Max(highest, x.max().item<float>()));
                return product;
            });
        }

        return new RangeTable(ranges.ToDictionary(r => r.Key, r => new ActivationRange(r.Value.Lowest, r.Value.Highest)));
    }
}
