namespace MixPrec.Runtime.Simd;

/// <summary>
/// sum[column] += Σ_{i &lt; 4} lhs[i] · weights[column][i], u8 × s8 into exact integers, for the columns of one register; or the same of
/// what else takes four bytes.
/// </summary>
/// <typeparam name="TSum">Register of sums.</typeparam>
/// <typeparam name="TLhs">Register with the four bytes of a row.</typeparam>
/// <typeparam name="TWeights">Register of weights, four bytes a column.</typeparam>
internal unsafe interface IByteDot<TSum, TLhs, TWeights>
    where TSum : struct
    where TLhs : struct
    where TWeights : struct
{
    /// <summary>Columns of one register; 1, 2, 4, 8 or 16.</summary>
    static abstract int Columns { get; }

    /// <summary>
    /// The instructions. <see cref="ByteDot.Blocks"/>: <typeparamref name="TSum"/> has 16-bit lanes, which hold a few groups of four k
    /// only; the tile then begins a new sum
    /// after each block, and <see cref="Store"/> adds.
    /// </summary>
    static abstract ByteDot Kind { get; }

    static abstract TLhs Broadcast(byte* four);

    static abstract TWeights Load(sbyte* weights);

    static abstract TSum Add(TSum sum, TLhs lhs, TWeights weights);

    /// <summary>Writes <see cref="Columns"/> sums, or adds them where they are <see cref="ByteDot.Blocks"/>.</summary>
    static abstract void Store(TSum sum, int* target);
}
