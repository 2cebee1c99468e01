using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>
/// Bytes widened to 16 bits, multiplied and added in pairs (vpmaddwd): exact for every u8 and s8. A column's sum is two adjacent lanes.
/// </summary>
internal readonly unsafe struct WideningDot256 : IByteDot<Vector256<int>, Vector256<short>, Vector256<short>>
{
    public static int Columns => 4;

    public static ByteDot Kind => ByteDot.Widening;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Broadcast(byte* four)
    {
        var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(four)).AsByte());
        return Vector256.Create(words.AsInt64().ToScalar()).AsInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Load(sbyte* weights) => Avx2.ConvertToVector256Int16(Vector128.Load(weights));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<short> lhs, Vector256<short> weights) =>
        sum + Avx2.MultiplyAddAdjacent(lhs, weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> sum, int* target)
    {
        var pairs = sum.AsInt64();
        var both = (pairs + (pairs >>> 32)).AsInt64();
        Vector256.Narrow(both, both).AsInt32().GetLower().Store(target);
    }
}
