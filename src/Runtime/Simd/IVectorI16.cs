namespace MixPrec.Runtime.Simd;

/// <summary><see cref="Count"/> integers of 16 bits, which wrap around.</summary>
/// <typeparam name="V">Registers.</typeparam>
internal unsafe interface IVectorI16<V>
    where V : struct, IVectorI16<V>
{
    /// <summary>Number of lanes: 32, 16, 8 or 2.</summary>
    static abstract int Count { get; }

    /// <summary>Lanes from unsigned bytes.</summary>
    static abstract V LoadBytes(byte* source);

    /// <summary>
    /// Of groups of four signed bytes, twice as many bytes as lanes, the first two of each and the last two of each.
    /// </summary>
    static abstract void LoadPairs(sbyte* source, out V first, out V last);

    static abstract V Load(short* source);

    static abstract void Store(V value, short* target);

    static abstract V operator +(V left, V right);

    static abstract V operator -(V left, V right);

    static abstract V operator <<(V value, int bits);
}
