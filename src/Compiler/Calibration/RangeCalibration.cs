using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MixPrec.Compiler.Calibration.Ranges;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Precision;
using MixPrec.Diagnostics;
using static TorchSharp.torch;
using Tensor = MixPrec.Compiler.Graphs.Tensor;

namespace MixPrec.Compiler.Calibration;

/// <summary>Observes the left-hand sides of quantizable ops over the calibration samples.</summary>
internal static class RangeCalibration
{
    /// <summary>The interval of each op's activations: the model's own where it has one, what the samples show elsewhere. Ops that read one value have one interval, so that the value can be stored as codes.</summary>
    public static RangeTable Collect(ActivationRanges kind, TorchExecutor executor, Graph graph, IEnumerable<IReadOnlyList<Tensor>> batches)
    {
        var observers = graph.QuantizableNodes.Select(n => n.Input(0)).Distinct().ToDictionary(v => v, _ => IRangeObserver.Of(kind));
        var first = graph.QuantizableNodes.DistinctBy(n => n.Input(0)).ToHashSet();
        using var quiet = no_grad();
        foreach (var inputs in batches)
        {
            using var scope = NewDisposeScope();
            executor.Run(inputs, (node, x, product) =>
            {
                if (first.Contains(node))
                {
                    using var dense = x.contiguous();
                    Observe(observers[node.Input(0)], node, MemoryMarshal.Cast<byte, float>(dense.bytes));
                }

                return product;
            });
        }

        return new RangeTable(graph.QuantizableNodes.ToDictionary(n => n.Name, n => ModelQuantization.OfActivations(n)?.Range ?? observers[n.Input(0)].Range));
    }

    private static void Observe(IRangeObserver observer, Node node, ReadOnlySpan<float> values)
    {
        if (!TensorPrimitives.IsFiniteAll(values))
        {
            throw new MixPrecException(DiagnosticCatalog.GraphInvalid, null, PrintableName.Of(node.Name), node.Op.Kind, "it reads NaN or infinity when the network runs on the calibration data");
        }

        observer.Observe(values);
    }
}
