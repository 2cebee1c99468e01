using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Accumulation;

/// <summary>Which components of a product are accumulated again in the high precision: those with κ_φ(v̂)·N/|v̂| above a tolerance.</summary>
/// <param name="GuardConstant">
/// c of the guard: behind a ReLU a component with −c·u·N &lt; v̂ ≤ 0, which may be positive in truth, is recomputed too; 0 for no guard.
/// </param>
internal sealed record RecomputeRule(double Tolerance, Numerator Numerator, double GuardConstant = 0)
{
    /// <param name="low">[rows, channels], from the low accumulator.</param>
    /// <param name="numerators">Of <see cref="ProductCondition.Numerators"/>.</param>
    /// <param name="unitRoundoff">Of the low accumulator's format.</param>
    public bool[] Flags(UnaryFunction? activation, float[] low, float[]? numerators, double unitRoundoff)
    {
        double guard = activation?.Kind == UnaryKind.Relu ? GuardConstant * unitRoundoff : 0;
        var flags = new bool[low.Length];
        Parallel.For(0, flags.Length, i =>
        {
            double v = low[i], numerator = numerators?[i] ?? 1;
            flags[i] = ProductCondition.Of(activation, v, numerator) > Tolerance || (v <= 0 && v > -guard * numerator);
        });
        return flags;
    }
}
