namespace MixPrec.Compiler.Formats;

/// <summary>
/// What a layer's input is divided by, channel by channel, as powers of 2^¼: every fourth is exact, and a lock file keeps a byte.
/// </summary>
/// <param name="values">In −<see cref="Largest"/>…<see cref="Largest"/>.</param>
internal sealed class ChannelExponents(sbyte[] values) : IEquatable<ChannelExponents>
{
    /// <summary>2¹⁶: what differs by more than that is a channel that is never used.</summary>
    public const int Largest = 64;

    private const int PerOctave = 4;

    private static readonly double[] s_roots = [1, Math.Sqrt(Math.Sqrt(2)), Math.Sqrt(2), Math.Sqrt(2) * Math.Sqrt(Math.Sqrt(2))];

    public ReadOnlySpan<sbyte> Values => values;

    public int Count => values.Length;

    public static double Factor(int exponent) =>
        Math.ScaleB(s_roots[exponent & (PerOctave - 1)], exponent >> 2);

    /// <summary>The exponent of the factor nearest to 2^<paramref name="logarithm"/>.</summary>
    public static sbyte Nearest(double logarithm) => (sbyte)Math.Clamp(Math.Round(PerOctave * logarithm), -Largest, Largest);

    public bool Equals(ChannelExponents? other) => other is not null && Values.SequenceEqual(other.Values);

    public override bool Equals(object? obj) => Equals(obj as ChannelExponents);

    public override int GetHashCode() => HashCode.Combine(Count, values.FirstOrDefault());
}
