namespace TextGeneration;

/// <summary>The characters that a decoder knows: token i is the i-th of them.</summary>
internal sealed class Alphabet(string characters)
{
    public int Count => characters.Length;

    public char this[int token] => characters[token];

    /// <exception cref="ArgumentException">A character is not among them.</exception>
    public long[] Encode(string text) => [.. text.Select(c => characters.IndexOf(c, StringComparison.Ordinal) is >= 0 and var token
        ? (long)token : throw new ArgumentException($"The alphabet has no '{c}'."))];
}
