using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Simd;

/// <summary>One lane: the portable width, for machines without vector registers and for checking the others.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct F32x1(float lane) : IVectorF32<F32x1>
{
    private readonly float lane = lane;

    public static int Count => 1;

    public static F32x1 Zero => new(0);

    private uint AsInteger => BitConverter.SingleToUInt32Bits(lane);

    public static F32x1 Broadcast(float value) => new(value);

    public static F32x1 Load(float* source) => new(*source);

    public static F32x1 LoadPartial(float* source, int n) => n == 0 ? Zero : new(*source);

    public static void Store(F32x1 value, float* target) => *target = value.lane;

    public static void StorePartial(F32x1 value, float* target, int n)
    {
        if (n != 0)
        {
            *target = value.lane;
        }
    }

    public static F32x1 LoadBytes(byte* source, int n) => n == 0 ? Zero : new(*source);

    public static F32x1 LoadSignedHeads(sbyte* source) => new(*source);

    public static F32x1 NibbleValues => Zero;

    public static F32x1 Nibble(F32x1 lanes, F32x1 values) => new((BitConverter.SingleToInt32Bits(lanes.lane) << 28) >> 28);

    public static F32x1 NextNibble(F32x1 lanes) => new(BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(lanes.lane) >> 4));

    public static F32x1 NibbleFloatValues => Zero;

    public static F32x1 NibbleFloat(F32x1 lanes, F32x1 values)
    {
        ReadOnlySpan<sbyte> twice = [0, 1, 2, 3, 4, 6, 8, 12];
        float size = twice[(int)(lanes.AsInteger & 7)] * 0.5f;
        return new((lanes.AsInteger & 8) == 0 ? size : -size);
    }

    public static F32x1 ShiftLeft(F32x1 lanes, int bits) => FromBits(lanes.AsInteger << bits);

    public static F32x1 SmallFloat(F32x1 lanes, int shift, uint kept, float unit) =>
        new(BitConverter.UInt32BitsToSingle((uint)((int)lanes.AsInteger >> shift) & kept) * unit);

    public static void StoreBytes(F32x1 value, byte* target, int n)
    {
        if (n != 0)
        {
            *target = (byte)(int)value.lane;
        }
    }

    public static void StoreBF16(F32x1 value, ushort* target, int n)
    {
        if (n != 0)
        {
            *target = BF16.FromSingle(Subnormal.ToZero(value).lane).Bits;
        }
    }

    public static void StoreByteGroups(F32x1 first, F32x1 second, F32x1 third, F32x1 fourth, byte* target, int n)
    {
        if (n != 0)
        {
            (target[0], target[1], target[2], target[3]) =
                ((byte)(int)first.lane, (byte)(int)second.lane, (byte)(int)third.lane, (byte)(int)fourth.lane);
        }
    }

    public static F32x1 LoadInt32(int* source) => new(*source);

    public static F32x1 LoadInt32Sum(int* left, int* right) => new(*left + *right);

    public static F32x1 operator +(F32x1 left, F32x1 right) => new(left.lane + right.lane);

    public static F32x1 operator -(F32x1 left, F32x1 right) => new(left.lane - right.lane);

    public static F32x1 operator *(F32x1 left, F32x1 right) => new(left.lane * right.lane);

    public static F32x1 operator /(F32x1 left, F32x1 right) => new(left.lane / right.lane);

    public static F32x1 operator -(F32x1 value) => new(-value.lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 FusedMultiplyAdd(F32x1 left, F32x1 right, F32x1 addend) =>
        new(Fused.MultiplyAdd(left.lane, right.lane, addend.lane));

    public static F32x1 Min(F32x1 left, F32x1 right) => Or(Mask(float.IsNaN(left.lane)), IfLess(left, right));

    public static F32x1 Max(F32x1 left, F32x1 right) => Or(Mask(float.IsNaN(left.lane)), IfGreater(left, right));

    public static F32x1 IfLess(F32x1 left, F32x1 right) => left.lane < right.lane ? left : right;

    public static F32x1 IfGreater(F32x1 left, F32x1 right) => left.lane > right.lane ? left : right;

    public static F32x1 Abs(F32x1 value) => new(MathF.Abs(value.lane));

    public static F32x1 Sqrt(F32x1 value) => new(MathF.Sqrt(value.lane));

    public static F32x1 Round(F32x1 value) => new(MathF.Round(value.lane));

    public static F32x1 Floor(F32x1 value) => new(MathF.Floor(value.lane));

    public static F32x1 LessThan(F32x1 left, F32x1 right) => Mask(left.lane < right.lane);

    public static F32x1 GreaterThan(F32x1 left, F32x1 right) => Mask(left.lane > right.lane);

    public static F32x1 Equals(F32x1 left, F32x1 right) => Mask(left.lane == right.lane);

    public static F32x1 Select(F32x1 mask, F32x1 whenTrue, F32x1 whenFalse) => mask.AsInteger != 0 ? whenTrue : whenFalse;

    public static uint Bits(F32x1 mask) => mask.AsInteger >> 31;

    public static F32x1 And(F32x1 left, F32x1 right) => FromBits(left.AsInteger & right.AsInteger);

    public static F32x1 Or(F32x1 left, F32x1 right) => FromBits(left.AsInteger | right.AsInteger);

    public static F32x1 Xor(F32x1 left, F32x1 right) => FromBits(left.AsInteger ^ right.AsInteger);

    public static F32x1 PowerOfTwo(F32x1 power) => FromBits((uint)((int)power.lane + 127) << 23);

    public static F32x1 LowHalf(F32x1 lanes) => FromBits(lanes.AsInteger << 16);

    public static F32x1 HighHalf(F32x1 lanes) => FromBits(lanes.AsInteger & 0xFFFF0000u);

    private static F32x1 Mask(bool condition) => FromBits(condition ? uint.MaxValue : 0);

    private static F32x1 FromBits(uint bits) => new(BitConverter.UInt32BitsToSingle(bits));
}
