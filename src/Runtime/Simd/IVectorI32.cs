namespace MixPrec.Runtime.Simd;

/// <summary><see cref="Count"/> integers of 32 bits, which wrap around.</summary>
/// <typeparam name="V">Registers.</typeparam>
internal unsafe interface IVectorI32<V>
    where V : struct, IVectorI32<V>
{
    /// <summary>Number of lanes: 16, 8, 4 or 1.</summary>
    static abstract int Count { get; }

    static abstract V Load(int* source);

    static abstract void Store(V value, int* target);

    static abstract V operator +(V left, V right);

    static abstract V operator -(V left, V right);

    static abstract V operator *(V value, int factor);

    static abstract V operator <<(V value, int bits);

    /// <summary>With the sign.</summary>
    static abstract V operator >>(V value, int bits);
}
