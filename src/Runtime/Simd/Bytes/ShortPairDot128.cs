using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MixPrec.Runtime.Simd;

/// <summary>Pairs of integers of 16 bits (vpmaddwd); sums wrap around.</summary>
internal readonly unsafe struct ShortPairDot128 : IByteDot<Vector128<int>, Vector128<short>, Vector128<short>>
{
    public static int Columns => 4;

    public static ByteDot Kind => ByteDot.ShortPairs;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Broadcast(byte* four) => Vector128.Create(Unsafe.ReadUnaligned<int>(four)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Load(sbyte* weights) => Vector128.Load((short*)weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sum, Vector128<short> lhs, Vector128<short> weights) =>
        WideningDot128.Add(sum, lhs, weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> sum, int* target) => sum.Store(target);
}
