using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Conditioning;

/// <summary>
/// Which components of a product are accumulated again in the high precision: those with κ = κ_φ(v̂)·N/|v̂| above a tolerance.
/// </summary>
/// <param name="GuardConstant">c of the guard: behind a ReLU a component with −c·u·N &lt; v̂ ≤ 0, which may be positive in truth, is
/// recomputed too; 0 for no guard.</param>
/// <param name="Absolute">κ is N alone: a linear reader adds the errors of components up as they are, those of small v̂ among them.</param>
internal sealed record RecomputeRule(double Tolerance, Numerator Numerator, double GuardConstant = 0, bool Absolute = false)
{
    /// <summary>
    /// The rule of a candidate for sums of <paramref name="depth"/> products. Its guard is four standard deviations of the first pass:
    /// operands whose largest is 4 times their root mean square have steps of 8u root mean squares, or 16u where quantized values are spent
    /// on both signs; of such a step the errors of activations and weights, independent and uniform, add up to N·u·√(16² + 8²)/√(12·depth)
    /// = 5.2·N·u/√depth.
    /// </summary>
    public static RecomputeRule Create(SecondPass second, int depth) =>
        new(second.Tolerance, Numerator.RowNorm, GuardConstant: 20 / Math.Sqrt(depth));

    /// <summary>How far below zero, in units of N, an argument may be positive in truth.</summary>
    public double Guard(UnaryFunction? activation, double unitRoundoff) =>
        activation?.Kind == UnaryKind.Relu ? GuardConstant * unitRoundoff : 0;

    /// <param name="low">[rows, channels], from the low accumulator.</param>
    /// <param name="numerators">N of every component, [rows, channels]; null where it is dropped, as 1.</param>
    /// <param name="unitRoundoff">Of the low accumulator's format.</param>
    public bool[] Flags(UnaryFunction? activation, float[] low, float[]? numerators, double unitRoundoff)
    {
        double guard = Guard(activation, unitRoundoff);
        var flags = new bool[low.Length];
        Parallel.For(0, flags.Length, i =>
        {
            double v = low[i], numerator = numerators?[i] ?? 1;
            flags[i] = (Absolute ? numerator : ProductCondition.At(activation, v, numerator)) > Tolerance
                || (v <= 0 && v > -guard * numerator);
        });
        return flags;
    }
}
