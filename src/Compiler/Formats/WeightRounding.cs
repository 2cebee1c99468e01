using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Formats;

/// <summary>
/// By how many steps the quantized values of a layer's weights differ from the nearest ones: rounding that was optimised on calibration
/// data. Compared by reference.
/// </summary>
/// <param name="steps">For each weight, in the order of the model.</param>
internal sealed class WeightRounding(sbyte[] steps)
{
    public ReadOnlySpan<sbyte> Steps => steps;

    public int Length => steps.Length;

    /// <summary>Whether it is of weights of this shape.</summary>
    public bool Fits(Tensor weights) => weights.Type == ElementType.F32 && weights.Length == steps.Length;
}
