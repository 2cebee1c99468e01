using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Formats;

/// <summary>
/// By how many steps the quantized values of a layer's weights differ from the nearest ones: rounding that was optimised on calibration
/// data.
/// </summary>
/// <param name="steps">For each weight, in the order of the model.</param>
internal sealed class WeightRounding(sbyte[] steps) : IEquatable<WeightRounding>
{
    public ReadOnlySpan<sbyte> Steps => steps;

    public int Length => steps.Length;

    /// <summary>Whether it is of as many weights as these.</summary>
    public bool Fits(Tensor weights) => weights.Type == ElementType.F32 && weights.Length == steps.Length;

    public bool Equals(WeightRounding? other) =>
        ReferenceEquals(this, other) || (other is not null && Steps.SequenceEqual(other.Steps));

    public override bool Equals(object? obj) => Equals(obj as WeightRounding);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Length);
        foreach (sbyte step in Steps[..Math.Min(Length, 64)])
        {
            hash.Add(step);
        }

        return hash.ToHashCode();
    }
}
