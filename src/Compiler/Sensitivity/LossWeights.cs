using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using static TorchSharp.torch;

namespace MixPrec.Compiler.Sensitivity;

/// <summary>
/// The loss of each output in the unit of its own root mean square: what the error budget is relative to. In this unit one gradient is
/// that of all outputs.
/// </summary>
internal static class LossWeights
{
    /// <exception cref="MixPrecException">MXP1014, MXP1116: the loss of an output is not finite, or 0 on every sample.</exception>
    public static LossSum Balance(TorchExecutor executor, Graph graph, IReadOnlyList<Batch> batches, IReadOnlyList<OutputLoss> losses)
    {
        if (losses.Count == 1)
        {
            return losses[0];
        }

        var squares = new double[losses.Count];
        int samples = 0;
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var outputs = executor.Run(batch.Inputs);
            foreach (var (i, loss) in losses.Index())
            {
                double[] own = [.. TorchLoss.PerSample(loss, graph, outputs[loss.PlaceIn(graph)], batch.Samples)
                    .data<float>().ToArray().Select(g => (double)g)];
                FiniteLoss.Require(loss.OutputOf(graph), batch.Samples, own);
                squares[i] += own.Sum(g => g * g);
            }

            samples += batch.Samples.Count;
        }

        return new([.. losses.Zip(squares, (loss, square) => (loss, square > 0 ? 1 / Math.Sqrt(square / samples)
            : throw new MixPrecException(DiagnosticCatalog.LossIsZero, null, PrintableName.Format(loss.OutputOf(graph).Name),
                loss.Kind, Counted.Format(samples, "calibration sample"))))]);
    }
}
