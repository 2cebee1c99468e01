using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Losses;

/// <summary>What a plan is measured against has to be a number.</summary>
internal static class FiniteLoss
{
    /// <param name="output">What the losses are of.</param>
    /// <param name="losses">Of the network in fp32, one for each sample.</param>
    /// <exception cref="MixPrecException">MXP1014: one is NaN or infinite; names the sample.</exception>
    public static void Require(Value output, SampleSet samples, IReadOnlyList<double> losses)
    {
        for (int r = 0; r < losses.Count; r++)
        {
            if (!double.IsFinite(losses[r]))
            {
                string? file = samples.Files.Count > 0 ? samples.Files[0] : null;
                throw new MixPrecException(DiagnosticCatalog.LossNotFinite, file, samples.FirstIndex + r, losses[r],
                    PrintableName.Format(output.Name));
            }
        }
    }
}
