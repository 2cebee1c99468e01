namespace MixPrec.Compiler.Formats;

/// <summary>
/// What a layer reads in the place of x: a·x + b, with a positive a and a b for each channel. Its weights and bias undo it.
/// </summary>
internal sealed class ChannelShift : IEquatable<ChannelShift>
{
    private readonly float[] _factors, _terms;

    /// <exception cref="ArgumentException">A factor is not positive, a number is not finite, or there are not as many of both.</exception>
    public ChannelShift(float[] factors, float[] terms)
    {
        if (factors.Length != terms.Length || !AreValid(factors, terms))
        {
            throw new ArgumentException("a shift needs a positive factor and a finite term for each channel");
        }

        (_factors, _terms) = (factors, terms);
    }

    public ReadOnlySpan<float> Factors => _factors;

    public ReadOnlySpan<float> Terms => _terms;

    public int Count => _factors.Length;

    public static bool AreValid(ReadOnlySpan<float> factors, ReadOnlySpan<float> terms)
    {
        for (int c = 0; c < factors.Length; c++)
        {
            if (!float.IsNormal(factors[c]) || factors[c] < 0 || !float.IsNormal(1 / factors[c]) || !float.IsFinite(terms[c]))
            {
                return false;
            }
        }

        return true;
    }

    public bool Equals(ChannelShift? other) => other is not null && Factors.SequenceEqual(other.Factors)
        && Terms.SequenceEqual(other.Terms);

    public override bool Equals(object? obj) => Equals(obj as ChannelShift);

    public override int GetHashCode() => HashCode.Combine(Count, _factors.FirstOrDefault(), _terms.FirstOrDefault());
}
