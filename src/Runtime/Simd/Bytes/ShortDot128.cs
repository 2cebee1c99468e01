using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>
/// pmaddubsw whose pairs are added in 16 bits, a column's even and odd pairs in two adjacent lanes. Exact where no lane can leave 16 bits
/// within a block.
/// </summary>
internal readonly unsafe struct ShortDot128 : IByteDot<Vector128<short>, Vector128<byte>, Vector128<sbyte>>
{
    public static int Columns => 4;

    public static ByteDot Kind => ByteDot.Blocks;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Broadcast(byte* four) => Vector128.Create(Unsafe.ReadUnaligned<int>(four)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Load(sbyte* weights) => Vector128.Load(weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Add(Vector128<short> sum, Vector128<byte> lhs, Vector128<sbyte> weights) =>
        sum + Ssse3.MultiplyAddAdjacent(lhs, weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<short> sum, int* target) =>
        (Vector128.Load(target) + Sse2.MultiplyAddAdjacent(sum, Vector128<short>.One)).Store(target);
}
