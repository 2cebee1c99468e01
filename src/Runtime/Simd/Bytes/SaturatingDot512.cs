using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>
/// vpmaddubsw, whose 16-bit pair sums cannot saturate while lhs ≤ 127 and |weights| ≤ 127 (127·127·2 &lt; 2¹⁵); 7-bit activations only.
/// </summary>
internal readonly unsafe struct SaturatingDot512 : IByteDot<Vector512<int>, Vector512<byte>, Vector512<sbyte>>
{
    public static int Columns => 16;

    public static ByteDot Kind => ByteDot.Saturating;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Broadcast(byte* four) => Vector512.Create(Unsafe.ReadUnaligned<int>(four)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<sbyte> Load(sbyte* weights) => Vector512.Load(weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sum, Vector512<byte> lhs, Vector512<sbyte> weights) =>
        sum + Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(lhs, weights), Vector512<short>.One);

    public static void Store(Vector512<int> sum, int* target) => sum.Store(target);
}
