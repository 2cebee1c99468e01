using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Simd;

/// <summary>Two lanes, without vector registers.</summary>
internal readonly unsafe struct I16x2(int even, int odd) : IVectorI16<I16x2>
{
    private readonly int even = even, odd = odd;

    public static int Count => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x2 LoadBytes(byte* source) => new(source[0], source[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPairs(sbyte* source, out I16x2 first, out I16x2 last) =>
        (first, last) = (new(source[0], source[1]), new(source[2], source[3]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x2 Load(short* source) => new(source[0], source[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(I16x2 value, short* target)
    {
        target[0] = (short)value.even;
        target[1] = (short)value.odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x2 operator +(I16x2 left, I16x2 right) => new(left.even + right.even, left.odd + right.odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x2 operator -(I16x2 left, I16x2 right) => new(left.even - right.even, left.odd - right.odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x2 operator <<(I16x2 value, int bits) => new(value.even << bits, value.odd << bits);
}
