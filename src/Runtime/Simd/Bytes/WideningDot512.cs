using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>
/// Bytes widened to 16 bits, multiplied and added in pairs (vpmaddwd): exact for every u8 and s8. A column's sum is two adjacent lanes.
/// </summary>
internal readonly unsafe struct WideningDot512 : IByteDot<Vector512<int>, Vector512<short>, Vector512<short>>
{
    public static int Columns => 8;

    public static ByteDot Kind => ByteDot.Widening;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Broadcast(byte* four)
    {
        var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(four)).AsByte());
        return Vector512.Create(words.AsInt64().ToScalar()).AsInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Load(sbyte* weights) => Avx512BW.ConvertToVector512Int16(Vector256.Load(weights));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sum, Vector512<short> lhs, Vector512<short> weights) =>
        sum + Avx512BW.MultiplyAddAdjacent(lhs, weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> sum, int* target)
    {
        var pairs = sum.AsInt64();
        var both = (pairs + (pairs >>> 32)).AsInt64();
        Vector512.Narrow(both, both).AsInt32().GetLower().Store(target);
    }
}
