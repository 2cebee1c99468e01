using System.Globalization;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Selection;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Report;

/// <summary>Why the integer sums of a layer cannot overflow, in words.</summary>
internal static class OverflowProof
{
    private const double Largest = int.MaxValue;

    /// <summary>Largest integer up to which single precision holds all.</summary>
    private const double ExactInFloats = 1 << 24;

    /// <param name="comment">Of the layer's step, which has the proof of sums in 16 bits.</param>
    /// <returns>Empty for sums in floats.</returns>
    public static string For(Node node, PrecisionConfig precision, string comment)
    {
        precision = precision.Second?.Low ?? precision;
        if (!precision.HasExactSums)
        {
            return "";
        }

        // Where the order of the weights has no proof, the step sums in 32 bits.
        return precision.Accumulator == ElementType.I16
            && comment.Split("; ").FirstOrDefault(part => part.EndsWith(BlockProof.Ending, StringComparison.Ordinal)) is { } blocks
            ? $"{blocks}, whatever the activations are: the sum of the weights of each sign says so" : InWords(node, precision);
    }

    private static string InWords(Node node, PrecisionConfig precision)
    {
        var depth = OpCost.Depth(node);
        if (!depth.IsConstant)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"the kernel refuses more than {MatMul.MaxByteDepth:N0} products in a sum, which 32 bits hold twice");
        }

        double product = precision.Activations.Maximum * Int8PerChannel.Maximum, bound = depth.Value * product;
        string sum = string.Create(CultureInfo.InvariantCulture,
            $"a sum of {depth.Value:N0} {(depth.Value == 1 ? "product" : "products")} of at most {precision.Activations.Maximum} × "
            + $"{Int8PerChannel.Maximum} is at most {bound:N0}");
        return 2 * bound > Largest
            ? sum + ", more than 32 bits hold; what the magnitudes of each column's own weights add up to stays below half of it"
            : $"{sum}, {(bound < Largest / 1000 ? "less than 0.1 %" : ReportText.Percent(bound / Largest))} of what 32 bits hold"
                + (node.IsDepthwise() && bound < ExactInFloats ? ", and single precision holds every integer below 2²⁴" : "");
    }
}
