using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats;

/// <summary>
/// What is added to the bias of each output channel of a quantized layer, or to the channels of a product of activations: numbers of bf16,
/// for a lock file keeps them.
/// </summary>
internal sealed class BiasCorrection : IEquatable<BiasCorrection>
{
    private readonly float[] _values;

    /// <param name="values">Rounded to bf16; what is not finite becomes 0.</param>
    public BiasCorrection(IEnumerable<float> values) =>
        _values = [.. values.Select(v => BF16.FromSingle(v).ToSingle()).Select(v => float.IsFinite(v) ? v : 0)];

    public ReadOnlySpan<float> Values => _values;

    public int Count => _values.Length;

    /// <summary>
    /// Dimensions of the output that the values belong to, the others 1; null for the last one, or the channels of a convolution.
    /// </summary>
    public IReadOnlyList<int>? Shape { get; init; }

    /// <summary>Takes the mean error of each channel off.</summary>
    public static BiasCorrection FromMeanErrors(IEnumerable<double> errors, IReadOnlyList<int>? shape = null) =>
        new(errors.Select(e => (float)-e)) { Shape = shape };

    public bool Equals(BiasCorrection? other) => other is not null && _values.SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as BiasCorrection);

    public override int GetHashCode() => HashCode.Combine(Count, _values.FirstOrDefault());
}
