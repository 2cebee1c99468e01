using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>
/// vpmaddubsw whose pairs are added in 16 bits, a column's even and odd pairs in two adjacent lanes. Exact where no lane can leave 16 bits
/// within a block.
/// </summary>
internal readonly unsafe struct ShortDot512 : IByteDot<Vector512<short>, Vector512<byte>, Vector512<sbyte>>
{
    public static int Columns => 16;

    public static ByteDot Kind => ByteDot.Blocks;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Broadcast(byte* four) => Vector512.Create(Unsafe.ReadUnaligned<int>(four)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<sbyte> Load(sbyte* weights) => Vector512.Load(weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Add(Vector512<short> sum, Vector512<byte> lhs, Vector512<sbyte> weights) =>
        sum + Avx512BW.MultiplyAddAdjacent(lhs, weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<short> sum, int* target) =>
        (Vector512.Load(target) + Avx512BW.MultiplyAddAdjacent(sum, Vector512<short>.One)).Store(target);
}
