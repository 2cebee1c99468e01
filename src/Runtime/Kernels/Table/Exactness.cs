namespace MixPrec.Runtime.Kernels;

/// <summary>What a byte kernel must know of its operands to be exact, and what a caller knows.</summary>
/// <param name="Groups">
/// So many groups of four k can be summed up, the products of their first two k and those of their last two apart, without leaving 16 bits;
/// 0 where nothing is known.
/// </param>
internal readonly record struct Exactness(int Groups)
{
    /// <summary>Any u8 × s8: products of two k may leave 16 bits.</summary>
    public static Exactness Any => default;

    /// <summary>Every quantized activation is ≤ 127: 127·127·2 &lt; 2¹⁵.</summary>
    public static Exactness SevenBit => new(1);

    /// <summary>Proven for the weights at hand.</summary>
    public static Exactness Blocks(int groups) => new(groups);

    public bool Covers(Exactness needed) => Groups >= needed.Groups;

    public override string ToString() => Groups switch { 0 => "any u8 × s8", 1 => "activations ≤ 127", _ => "blocks proven for 16 bits" };
}
