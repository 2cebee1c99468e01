using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Losses;

/// <summary>
/// The labels of the NextToken loss where none are given: position t of a sample is to predict its token t + 1, the last position nothing.
/// </summary>
internal static class NextTokens
{
    /// <returns>I64 [samples, positions − 1].</returns>
    /// <exception cref="MixPrecException">MXP1002: the model is no language model; MXP1009: a token is none of its classes.</exception>
    public static Tensor Shift(Graph graph, SampleSet samples)
    {
        var output = graph.Answer;
        var tokens = graph.Inputs.Where(i => i.Type.Element is ElementType.I64 or ElementType.I32).Select(i => samples.Inputs[i.Name])
            .FirstOrDefault();
        int length = tokens is null ? 0 : checked((int)(tokens.Length / samples.Count));
        if (tokens is null || length < 2 || output.Rank < 3 || output.Shape[^1] is not { IsConstant: true, Value: var classes }
            || !Fits(output.Shape[^2], length))
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, "Loss", LossKind.NextToken,
                "an input of at least two integer tokens a sample and a first output [samples, tokens, classes], or labels");
        }

        long[] all = tokens.ToInt64();
        int bad = Array.FindIndex(all, t => t < 0 || t >= classes);
        return bad >= 0
            ? throw new MixPrecException(DiagnosticCatalog.LabelOutOfRange, null, graph.Inputs[0].Name, all[bad], bad / length, classes - 1)
            : Tensor.Create([.. all.Where((_, i) => i % length > 0)], samples.Count, length - 1);
    }

    private static bool Fits(IntExpr positions, int length) => !positions.IsConstant || positions.Value == length;
}
