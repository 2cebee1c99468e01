using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>vpdpbusd, which adds the four products to 32 bits without an intermediate saturation.</summary>
internal readonly unsafe struct DotProduct256 : IByteDot<Vector256<int>, Vector256<byte>, Vector256<sbyte>>
{
    public static int Columns => 8;

    public static ByteDot Kind => ByteDot.DotProduct;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Broadcast(byte* four) => Vector256.Create(Unsafe.ReadUnaligned<int>(four)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Load(sbyte* weights) => Vector256.Load(weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> lhs, Vector256<sbyte> weights) =>
        AvxVnni.MultiplyWideningAndAdd(sum, lhs, weights);

    public static void Store(Vector256<int> sum, int* target) => sum.Store(target);
}
