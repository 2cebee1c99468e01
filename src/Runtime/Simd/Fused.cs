using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>left · right + addend in single precision, rounded once, also where the machine has no such instruction.</summary>
/// <remarks>
/// Without the instruction .NET calls the C library lane by lane, which made 128-bit code two and a half times slower than scalar code.
/// Measured in vectors of four
/// with DOTNET_EnableAVX2=0 (Zen 5, CPU time): 4.1 ns each by .NET, 0.84 here; one at a time 1.55 and 1.36. It is
/// double arithmetic: the product of two floats has 48 bits and is exact in 53, so the sum is rounded once to 53 bits and once to 24. The
/// second rounding is
/// wrong only when the first one landed in the middle between two floats, which shows in the 29 bits that it drops, or when the result is
/// below the normal floats,
/// where the middle lies elsewhere. Those few are done again with the sum rounded to odd, after which a second rounding is harmless (Boldo
/// and Melquiond,
/// "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd", 2008).
/// </remarks>
internal static class Fused
{
    private const uint DroppedBits = 0x1FFF_FFFF, Middle = 0x1000_0000;

    /// <summary>Upper half of the double 2^-126, the smallest normal float.</summary>
    private const int SmallestNormal = 0x3810_0000;

    /// <summary>Known when code is compiled, so that one branch of each method below is gone.</summary>
    private static bool InHardware
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Fma.IsSupported || AdvSimd.IsSupported;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float addend) =>
        InHardware ? MathF.FusedMultiplyAdd(left, right, addend) : Emulated(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        InHardware ? Vector128.FusedMultiplyAdd(left, right, addend) : Emulated(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Emulated(float left, float right, float addend)
    {
        double product = (double)left * right, sum = product + addend;
        ulong bits = BitConverter.DoubleToUInt64Bits(sum);
        return ((uint)bits & DroppedBits) != Middle
            && (Math.Abs(sum) >= BitConverter.UInt64BitsToDouble((ulong)SmallestNormal << 32) || !(Math.Abs(sum) > 0))
            ? (float)sum
            : RoundedOnce(product, addend, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> Emulated(Vector128<float> left, Vector128<float> right, Vector128<float> addend)
    {
        var lowProduct = Vector128.WidenLower(left) * Vector128.WidenLower(right);
        var highProduct = Vector128.WidenUpper(left) * Vector128.WidenUpper(right);
        var low = lowProduct + Vector128.WidenLower(addend);
        var high = highProduct + Vector128.WidenUpper(addend);
        var dropped = Vector128.Narrow(low.AsUInt64(), high.AsUInt64()) & Vector128.Create(DroppedBits);
        var size = Vector128.Narrow(low.AsInt64() >>> 32, high.AsInt64() >>> 32) & Vector128.Create(int.MaxValue);
        var tiny = Vector128.GreaterThan(size, Vector128<int>.Zero) & Vector128.LessThan(size, Vector128.Create(SmallestNormal));
        var doubtful = Vector128.Equals(dropped, Vector128.Create(Middle)).AsInt32() | tiny;
        return doubtful == Vector128<int>.Zero ? Vector128.Narrow(low, high) : LaneByLane(left, right, addend);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<float> LaneByLane(Vector128<float> left, Vector128<float> right, Vector128<float> addend) => Vector128.Create(
        Emulated(left[0], right[0], addend[0]), Emulated(left[1], right[1], addend[1]), Emulated(left[2], right[2], addend[2]),
            Emulated(left[3], right[3], addend[3]));

    /// <summary>The sum as a float, given how doubles round it. What that rounding dropped is known exactly (Knuth's TwoSum).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float RoundedOnce(double product, double addend, double sum)
    {
        double part = sum - product, dropped = (product - (sum - part)) + (addend - part);
        long bits = BitConverter.DoubleToInt64Bits(sum);
        if (dropped != 0 && (bits & 1) == 0)
        {
            // To odd: to the neighbour on the side where the exact sum lies. The bits of a double grow with its size, whatever its sign.
            bits += dropped > 0 == sum > 0 ? 1 : -1;
        }

        return (float)BitConverter.Int64BitsToDouble(bits);
    }
}
