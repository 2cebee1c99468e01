using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>Pairs of integers of 16 bits (vpmaddwd); sums wrap around.</summary>
internal readonly unsafe struct ShortPairDot512 : IByteDot<Vector512<int>, Vector512<short>, Vector512<short>>
{
    public static int Columns => 16;

    public static ByteDot Kind => ByteDot.ShortPairs;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Broadcast(byte* four) => Vector512.Create(Unsafe.ReadUnaligned<int>(four)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Load(sbyte* weights) => Vector512.Load((short*)weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sum, Vector512<short> lhs, Vector512<short> weights) =>
        sum + Avx512BW.MultiplyAddAdjacent(lhs, weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> sum, int* target) => sum.Store(target);
}
