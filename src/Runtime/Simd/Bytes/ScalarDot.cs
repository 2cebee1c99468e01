using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Simd;

/// <summary>Plain integer arithmetic, one column at a time.</summary>
internal readonly unsafe struct ScalarDot : IByteDot<int, uint, uint>
{
    public static int Columns => 1;

    public static ByteDot Kind => ByteDot.Scalar;

    public static uint Broadcast(byte* four) => Unsafe.ReadUnaligned<uint>(four);

    public static uint Load(sbyte* weights) => Unsafe.ReadUnaligned<uint>(weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Add(int sum, uint lhs, uint weights) =>
        sum
        + ((byte)lhs * (sbyte)weights)
        + ((byte)(lhs >> 8) * (sbyte)(weights >> 8))
        + ((byte)(lhs >> 16) * (sbyte)(weights >> 16))
        + ((byte)(lhs >> 24) * (sbyte)(weights >> 24));

    public static void Store(int sum, int* target) => *target = sum;
}
