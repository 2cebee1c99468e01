using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>
/// vpmaddubsw, whose 16-bit pair sums cannot saturate while lhs ≤ 127 and |weights| ≤ 127 (127·127·2 &lt; 2¹⁵); 7-bit activations only.
/// </summary>
internal readonly unsafe struct SaturatingDot256 : IByteDot<Vector256<int>, Vector256<byte>, Vector256<sbyte>>
{
    public static int Columns => 8;

    public static ByteDot Kind => ByteDot.Saturating;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Broadcast(byte* four) => Vector256.Create(Unsafe.ReadUnaligned<int>(four)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Load(sbyte* weights) => Vector256.Load(weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> lhs, Vector256<sbyte> weights) =>
        sum + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(lhs, weights), Vector256<short>.One);

    public static void Store(Vector256<int> sum, int* target) => sum.Store(target);
}
