namespace MixPrec.Compiler.Graphs;

/// <summary>How a model quantized constants: each is a whole multiple, −127…127, of the scale of its position along an axis.</summary>
/// <param name="Axis">Null when there is one scale for all.</param>
/// <param name="Scales">Positive; one, or one for each position along the axis.</param>
internal sealed record WeightScales(int? Axis, IReadOnlyList<float> Scales)
{
    /// <summary>The scale of each of <paramref name="count"/> positions along an axis; null when the scales vary along another.</summary>
    public IReadOnlyList<float>? Along(int axis, int count) =>
        Axis is null ? [.. Enumerable.Repeat(Scales[0], count)] : Axis == axis ? Scales : null;
}
