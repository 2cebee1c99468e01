using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Simd;

/// <summary>Pairs of integers of 16 bits in plain arithmetic, one column at a time.</summary>
internal readonly unsafe struct ScalarPairDot : IByteDot<int, uint, uint>
{
    public static int Columns => 1;

    public static ByteDot Kind => ByteDot.ShortPairs;

    public static uint Broadcast(byte* four) => Unsafe.ReadUnaligned<uint>(four);

    public static uint Load(sbyte* weights) => Unsafe.ReadUnaligned<uint>(weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Add(int sum, uint lhs, uint weights) =>
        sum + ((short)lhs * (short)weights) + ((short)(lhs >> 16) * (short)(weights >> 16));

    public static void Store(int sum, int* target) => *target = sum;
}
