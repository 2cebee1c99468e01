namespace MixPrec.Compiler.Graphs;

/// <summary>How a model quantized constants: each is a whole multiple, −127…127, of the step of its position along an axis.</summary>
/// <param name="Axis">Null when there is one step for all.</param>
/// <param name="Steps">Positive; one, or one for each position along the axis.</param>
internal sealed record WeightGrid(int? Axis, IReadOnlyList<float> Steps)
{
    /// <summary>The step of each of <paramref name="count"/> positions along an axis; null when the steps vary along another.</summary>
    public IReadOnlyList<float>? Along(int axis, int count) => Axis is null ? [.. Enumerable.Repeat(Steps[0], count)] : Axis == axis ? Steps : null;
}
