using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>
/// Bytes widened to 16 bits, multiplied and added in pairs: exact for every u8 and s8. A column's sum is two adjacent lanes.
/// </summary>
internal readonly unsafe struct WideningDot128 : IByteDot<Vector128<int>, Vector128<short>, Vector128<short>>
{
    public static int Columns => 2;

    public static ByteDot Kind => ByteDot.Widening;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Broadcast(byte* four)
    {
        var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(four)).AsByte());
        return Vector128.Create(words.AsInt64().ToScalar()).AsInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Load(sbyte* weights) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(weights)).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sum, Vector128<short> lhs, Vector128<short> weights)
    {
        if (Sse2.IsSupported)
        {
            return sum + Sse2.MultiplyAddAdjacent(lhs, weights);
        }

        if (AdvSimd.Arm64.IsSupported)
        {
            var low = AdvSimd.MultiplyWideningLower(lhs.GetLower(), weights.GetLower());
            var high = AdvSimd.MultiplyWideningUpper(lhs, weights);
            return sum + AdvSimd.Arm64.AddPairwise(low, high);
        }

        // The low halves of 32-bit lanes hold the even 16-bit elements; shifts sign-extend each half.
        Vector128<int> l = lhs.AsInt32(), w = weights.AsInt32();
        return sum + (((l << 16) >> 16) * ((w << 16) >> 16)) + ((l >> 16) * (w >> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> sum, int* target)
    {
        target[0] = sum[0] + sum[1];
        target[1] = sum[2] + sum[3];
    }
}
