using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>
/// vpmaddubsw whose pairs are added in 16 bits, a column's even and odd pairs in two adjacent lanes. Exact where no lane can leave 16 bits
/// within a block.
/// </summary>
internal readonly unsafe struct ShortDot256 : IByteDot<Vector256<short>, Vector256<byte>, Vector256<sbyte>>
{
    public static int Columns => 8;

    public static ByteDot Kind => ByteDot.Blocks;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Broadcast(byte* four) => Vector256.Create(Unsafe.ReadUnaligned<int>(four)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Load(sbyte* weights) => Vector256.Load(weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Add(Vector256<short> sum, Vector256<byte> lhs, Vector256<sbyte> weights) =>
        sum + Avx2.MultiplyAddAdjacent(lhs, weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<short> sum, int* target) =>
        (Vector256.Load(target) + Avx2.MultiplyAddAdjacent(sum, Vector256<short>.One)).Store(target);
}
