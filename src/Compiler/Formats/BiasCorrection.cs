using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats;

/// <summary>What is added to the bias of each output channel of a quantized layer: numbers of bf16, for a lock file keeps them.</summary>
internal sealed class BiasCorrection : IEquatable<BiasCorrection>
{
    private readonly float[] _values;

    /// <param name="values">Rounded to bf16; what is not finite becomes 0.</param>
    public BiasCorrection(IEnumerable<float> values) =>
        _values = [.. values.Select(v => BF16.FromSingle(v).ToSingle()).Select(v => float.IsFinite(v) ? v : 0)];

    public ReadOnlySpan<float> Values => _values;

    public int Count => _values.Length;

    /// <summary>Takes the mean error of each channel off.</summary>
    public static BiasCorrection FromMeanErrors(IEnumerable<double> errors) => new(errors.Select(e => (float)-e));

    public bool Equals(BiasCorrection? other) => other is not null && _values.SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as BiasCorrection);

    public override int GetHashCode() => HashCode.Combine(Count, _values.FirstOrDefault());
}
