using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>Pairs of integers of 16 bits (vpmaddwd); sums wrap around.</summary>
internal readonly unsafe struct ShortPairDot256 : IByteDot<Vector256<int>, Vector256<short>, Vector256<short>>
{
    public static int Columns => 8;

    public static ByteDot Kind => ByteDot.ShortPairs;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Broadcast(byte* four) => Vector256.Create(Unsafe.ReadUnaligned<int>(four)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Load(sbyte* weights) => Vector256.Load((short*)weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<short> lhs, Vector256<short> weights) =>
        sum + Avx2.MultiplyAddAdjacent(lhs, weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> sum, int* target) => sum.Store(target);
}
