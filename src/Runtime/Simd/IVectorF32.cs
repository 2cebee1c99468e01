using System.ComponentModel;

namespace MixPrec.Runtime.Simd;

/// <summary>
/// <see cref="Count"/> single-precision lanes. Kernels are written once against this interface; the width is a type argument.
/// </summary>
/// <remarks>
/// Every member gives the same bits in a lane whatever the width. A comparison returns a mask (all ones or all zeros per lane)
/// that is only good for <see cref="Select"/>, <see cref="Bits"/>, <see cref="And"/>, <see cref="Or"/> and <see cref="Xor"/>.
/// A partial load or store touches exactly <c>n</c> elements, 0 ≤ n ≤ <see cref="Count"/>; lanes not loaded are zero.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe interface IVectorF32<V>
    where V : struct, IVectorF32<V>
{
    /// <summary>Number of lanes: 16, 8, 4 or 1.</summary>
    static abstract int Count { get; }

    static abstract V Zero { get; }

    static abstract V Broadcast(float value);

    static abstract V Load(float* source);

    static abstract V LoadPartial(float* source, int n);

    static abstract void Store(V value, float* target);

    static abstract void StorePartial(V value, float* target, int n);

    /// <summary>Lanes from unsigned bytes.</summary>
    static abstract V LoadBytes(byte* source, int n);

    /// <summary>Lanes from the first of every four signed bytes.</summary>
    static abstract V LoadSignedHeads(sbyte* source);

    /// <summary>What <see cref="Nibble"/> takes; kept by the caller, which the compiler does not do by itself.</summary>
    static abstract V NibbleValues { get; }

    /// <summary>The lowest four bits of each lane as a signed integer in [−8, 7].</summary>
    static abstract V Nibble(V lanes, V values);

    /// <summary>The bits of each lane without the lowest four.</summary>
    static abstract V NextNibble(V lanes);

    /// <summary>What <see cref="NibbleFloat"/> takes; kept by the caller.</summary>
    static abstract V NibbleFloatValues { get; }

    /// <summary>The lowest four bits of each lane as a float E2M1: 0, ½, 1, 1½, 2, 3, 4 or 6, negative with the fourth bit.</summary>
    static abstract V NibbleFloat(V lanes, V values);

    /// <summary>The bits of each lane moved up.</summary>
    static abstract V ShiftLeft(V lanes, int bits);

    /// <summary>
    /// The bits of each lane, as a signed integer, moved down, of which those of <paramref name="kept"/> remain, as a float times
    /// <paramref name="unit"/>: what a float of few bits in the highest bits of a lane is, subnormal or not.
    /// </summary>
    /// <param name="lanes">Sign, exponent and significand in the highest bits.</param>
    /// <param name="shift">By how many bits its exponent is shorter than eight.</param>
    /// <param name="kept">The sign's bit, and those where exponent and significand then lie.</param>
    /// <param name="unit">2 to the difference of the exponents' biases.</param>
    static abstract V SmallFloat(V lanes, int shift, uint kept, float unit);

    /// <summary>Lanes that hold integers in [0, 255], as bytes.</summary>
    static abstract void StoreBytes(V value, byte* target, int n);

    /// <summary>Lanes rounded to bfloat16, ties to even, subnormal ones as zero; a NaN stays one.</summary>
    static abstract void StoreBF16(V value, ushort* target, int n);

    /// <summary>
    /// Lanes that hold integers in [0, 255] as the four bytes of a group: lane i of the first at 4·i, of the second behind it, and so on.
    /// </summary>
    static abstract void StoreByteGroups(V first, V second, V third, V fourth, byte* target, int n);

    /// <summary>Lanes from 32-bit integers, rounded to nearest even.</summary>
    static abstract V LoadInt32(int* source);

    /// <summary>Lanes from the exact sums of 32-bit integers, rounded to nearest even.</summary>
    static abstract V LoadInt32Sum(int* left, int* right);

    static abstract V operator +(V left, V right);

    static abstract V operator -(V left, V right);

    static abstract V operator *(V left, V right);

    static abstract V operator /(V left, V right);

    static abstract V operator -(V value);

    /// <summary>left · right + addend, rounded once; in software where the machine has no such instruction.</summary>
    static abstract V FusedMultiplyAdd(V left, V right, V addend);

    /// <summary>
    /// The smaller one, <paramref name="right"/> where both are equal, such as zeros of either sign; a NaN in either argument wins.
    /// </summary>
    /// <remarks>Three instructions, the first two apart from <paramref name="right"/>, which a running minimum therefore is; IEEE 754's
    /// order of zeros costs as many again.</remarks>
    static abstract V Min(V left, V right);

    /// <summary>
    /// The larger one, <paramref name="right"/> where both are equal, such as zeros of either sign; a NaN in either argument wins.
    /// </summary>
    /// <inheritdoc cref="Min" path="/remarks"/>
    static abstract V Max(V left, V right);

    /// <summary>left &lt; right ? left : right, so <paramref name="right"/> where either is NaN; one instruction.</summary>
    static abstract V IfLess(V left, V right);

    /// <summary>left &gt; right ? left : right, so <paramref name="right"/> where either is NaN; one instruction.</summary>
    static abstract V IfGreater(V left, V right);

    static abstract V Abs(V value);

    static abstract V Sqrt(V value);

    /// <summary>To the nearest integer, ties to even.</summary>
    static abstract V Round(V value);

    static abstract V Floor(V value);

    static abstract V LessThan(V left, V right);

    static abstract V GreaterThan(V left, V right);

    static abstract V Equals(V left, V right);

    /// <summary>Lane by lane: mask ? whenTrue : whenFalse.</summary>
    static abstract V Select(V mask, V whenTrue, V whenFalse);

    /// <summary>Bit i is whether lane i of a mask is set.</summary>
    static abstract uint Bits(V mask);

    static abstract V And(V left, V right);

    static abstract V Or(V left, V right);

    static abstract V Xor(V left, V right);

    /// <summary>2 to the given integral power; powers in [-126, 127].</summary>
    static abstract V PowerOfTwo(V power);

    /// <summary>The bfloat16 in the low half of each lane, widened.</summary>
    static abstract V LowHalf(V lanes);

    /// <summary>The bfloat16 in the high half of each lane, widened.</summary>
    static abstract V HighHalf(V lanes);
}
