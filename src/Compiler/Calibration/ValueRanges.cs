using System.Runtime.InteropServices;
using MixPrec.Compiler.Calibration.Ranges;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;
using MixPrec.Plan;

namespace MixPrec.Compiler.Calibration;

/// <summary>Observes values of a graph over calibration samples, whoever reads them.</summary>
internal static class ValueRanges
{
    /// <summary>The interval of each value; values that were not finite on some sample have none.</summary>
    /// <param name="values">In fp32, and no constants.</param>
    public static IReadOnlyDictionary<Value, ActivationRange> Collect(ActivationRanges kind, Graph graph, IReadOnlyList<Value> values,
        IEnumerable<IReadOnlyList<Tensor>> batches)
    {
        var observers = values.ToDictionary(v => v, _ => IRangeObserver.Create(kind));
        Value[] given = [.. graph.Inputs.Where(observers.ContainsKey)], computed = [.. values.Except(given)];
        var executor = new TorchExecutor(new Graph(graph.Inputs, computed, graph.Nodes, graph.Symbols));
        foreach (var inputs in batches)
        {
            foreach (var (value, tensor) in graph.Inputs.Zip(inputs).Where(p => given.Contains(p.First))
                .Concat(computed.Zip(computed.Length == 0 ? [] : executor.Outputs(inputs))))
            {
                var elements = MemoryMarshal.Cast<byte, float>(tensor.Bytes);
                if (observers.TryGetValue(value, out var observer))
                {
                    if (System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(elements))
                    {
                        observer.Observe(elements);
                    }
                    else
                    {
                        observers.Remove(value);
                    }
                }
            }
        }

        return observers.ToDictionary(o => o.Key, o => o.Value.Range);
    }
}
