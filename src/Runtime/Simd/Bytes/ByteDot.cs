namespace MixPrec.Runtime.Simd;

/// <summary>How a byte kernel multiplies four bytes of a row with four of a column: the axis beside its register width.</summary>
internal enum ByteDot
{
    /// <summary>Integer arithmetic, a product at a time.</summary>
    Scalar,

    /// <summary>Bytes widened to 16 bits, then pairs of products (vpmaddwd).</summary>
    Widening,

    /// <summary>Pairs of products of bytes that saturate at 16 bits (vpmaddubsw), widened at once.</summary>
    Saturating,

    /// <summary>The same pairs, added up in 16 bits over a block.</summary>
    Blocks,

    /// <summary>Four products added to 32 bits in one instruction (vpdpbusd, VEX form).</summary>
    DotProduct,

    /// <summary>The four bytes are two bfloat16; sums are floats.</summary>
    BF16Pairs,

    /// <summary>The four bytes are two integers of 16 bits.</summary>
    ShortPairs,
}
