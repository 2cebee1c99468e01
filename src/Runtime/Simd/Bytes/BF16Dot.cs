using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Simd;

/// <summary>
/// Pairs of bfloat16 as vdpbf16ps multiplies them: the product of the odd elements is added first, then that of the even ones, each sum
/// rounded once and subnormal ones set to zero (AVX512_BF16).
/// </summary>
/// <typeparam name="V">Registers; 32 bits of an operand hold a pair, the even element in the low half.</typeparam>
/// <remarks>Elements are not subnormal: who rounds them sets such to zero.</remarks>
internal readonly unsafe struct BF16Dot<V> : IByteDot<V, V, V>
    where V : struct, IVectorF32<V>
{
    public static int Columns => V.Count;

    public static ByteDot Kind => ByteDot.BF16Pairs;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Broadcast(byte* four) => V.Broadcast(Unsafe.ReadUnaligned<float>(four));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(sbyte* weights) => V.Load((float*)weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add(V sum, V lhs, V weights)
    {
        sum = Subnormal.ToZero(V.FusedMultiplyAdd(V.HighHalf(lhs), V.HighHalf(weights), sum));
        return Subnormal.ToZero(V.FusedMultiplyAdd(V.LowHalf(lhs), V.LowHalf(weights), sum));
    }

    public static void Store(V sum, int* target) => V.Store(sum, (float*)target);
}
