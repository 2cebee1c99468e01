using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Simd;

/// <summary>8 lanes in one 256-bit register.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct F32x8(Vector256<float> lanes) : IVectorF32<F32x8>
{
    private readonly Vector256<float> lanes = lanes;

    public static int Count => 8;

    public static F32x8 Zero => new(Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(F32x8 value, float* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static F32x4 Lower(F32x8 value) => new(value.lanes.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static F32x4 Upper(F32x8 value) => new(value.lanes.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 LoadPartial(float* source, int n) =>
        n == 8 ? Load(source) : new(Avx.MaskLoad(source, Mask(n).AsSingle()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(F32x8 value, float* target, int n)
    {
        if (n == 8)
        {
            Store(value, target);
            return;
        }

        Avx.MaskStore(target, Mask(n).AsSingle(), value.lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 LoadBytes(byte* source, int n) =>
        new(Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(Partial.LoadBytes(source, n))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 LoadSignedHeads(sbyte* source) =>
        new(Vector256.ConvertToSingle((Vector256.Load((int*)source) << 24) >> 24));

    public static F32x8 NibbleValues => Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Nibble(F32x8 lanes, F32x8 values) =>
        new(Vector256.ConvertToSingle((lanes.lanes.AsInt32() << 28) >> 28));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 NextNibble(F32x8 lanes) => new((lanes.lanes.AsUInt32() >> 4).AsSingle());

    public static F32x8 NibbleFloatValues => new(Vector256.Create(0f, 0.5f, 1, 1.5f, 2, 3, 4, 6));

    /// <remarks>The permutation looks at the lowest three bits only.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 NibbleFloat(F32x8 lanes, F32x8 values)
    {
        var sizes = Avx2.IsSupported ? Avx2.PermuteVar8x32(values.lanes, lanes.lanes.AsInt32())
            : Vector256.Shuffle(values.lanes, lanes.lanes.AsInt32() & Vector256.Create(7));
        return new(sizes | ((lanes.lanes.AsInt32() << 28) & Vector256.Create(int.MinValue)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 ShiftLeft(F32x8 lanes, int bits) => new((lanes.lanes.AsUInt32() << bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 SmallFloat(F32x8 lanes, int shift, uint kept, float unit) =>
        new(((lanes.lanes.AsInt32() >> shift).AsUInt32() & Vector256.Create(kept)).AsSingle() * Vector256.Create(unit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(F32x8 value, byte* target, int n)
    {
        var words = Vector256.Narrow(Vector256.ConvertToInt32Native(value.lanes), Vector256<int>.Zero);
        Partial.StoreBytes(Vector256.Narrow(words.AsUInt16(), Vector256<ushort>.Zero).GetLower(), target, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBF16(F32x8 value, ushort* target, int n)
    {
        var x = Subnormal.ToZero(value).lanes;
        var bits = x.AsUInt32();
        var even = (bits >> 16) & Vector256<uint>.One;
        var halves = Vector256.ConditionalSelect(Vector256.IsNaN(x).AsUInt32(),
            bits | Vector256.Create(BF16.QuietNaN), bits + Vector256.Create(BF16.AlmostHalf) + even) >> 16;
        Partial.StoreBytes(Vector128.Narrow(halves.GetLower(), halves.GetUpper()).AsByte(), (byte*)target, n * sizeof(ushort));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreByteGroups(F32x8 first, F32x8 second, F32x8 third, F32x8 fourth, byte* target, int n) =>
        StorePartial(new((Vector256.ConvertToInt32Native(first.lanes) | (Vector256.ConvertToInt32Native(second.lanes) << 8)
            | (Vector256.ConvertToInt32Native(third.lanes) << 16) | (Vector256.ConvertToInt32Native(fourth.lanes) << 24)).AsSingle()),
            (float*)target, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 LoadInt32(int* source) => new(Vector256.ConvertToSingle(Vector256.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 LoadInt32Sum(int* left, int* right) =>
        new(Vector256.ConvertToSingle(Vector256.Load(left) + Vector256.Load(right)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator +(F32x8 left, F32x8 right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator -(F32x8 left, F32x8 right) => new(left.lanes - right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator *(F32x8 left, F32x8 right) => new(left.lanes * right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator /(F32x8 left, F32x8 right) => new(left.lanes / right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator -(F32x8 value) => new(-value.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 FusedMultiplyAdd(F32x8 left, F32x8 right, F32x8 addend) =>
        new(Vector256.FusedMultiplyAdd(left.lanes, right.lanes, addend.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Min(F32x8 left, F32x8 right) => new(Vector256.IsNaN(left.lanes) | IfLess(left, right).lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Max(F32x8 left, F32x8 right) => new(Vector256.IsNaN(left.lanes) | IfGreater(left, right).lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 IfLess(F32x8 left, F32x8 right) => new(Avx.IsSupported
        ? Avx.Min(left.lanes, right.lanes)
        : Vector256.ConditionalSelect(Vector256.LessThan(left.lanes, right.lanes), left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 IfGreater(F32x8 left, F32x8 right) => new(Avx.IsSupported
        ? Avx.Max(left.lanes, right.lanes)
        : Vector256.ConditionalSelect(Vector256.GreaterThan(left.lanes, right.lanes), left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Abs(F32x8 value) => new(Vector256.Abs(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Sqrt(F32x8 value) => new(Vector256.Sqrt(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Round(F32x8 value) => new(Vector256.Round(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Floor(F32x8 value) => new(Vector256.Floor(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 LessThan(F32x8 left, F32x8 right) => new(Vector256.LessThan(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 GreaterThan(F32x8 left, F32x8 right) => new(Vector256.GreaterThan(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Equals(F32x8 left, F32x8 right) => new(Vector256.Equals(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Select(F32x8 mask, F32x8 whenTrue, F32x8 whenFalse) =>
        new(Vector256.ConditionalSelect(mask.lanes, whenTrue.lanes, whenFalse.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(F32x8 mask) => mask.lanes.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 And(F32x8 left, F32x8 right) => new(left.lanes & right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Or(F32x8 left, F32x8 right) => new(left.lanes | right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Xor(F32x8 left, F32x8 right) => new(left.lanes ^ right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 PowerOfTwo(F32x8 power) =>
        new(((Vector256.ConvertToInt32Native(power.lanes) + Vector256.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 LowHalf(F32x8 lanes) => new((lanes.lanes.AsUInt32() << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 HighHalf(F32x8 lanes) => new((lanes.lanes.AsUInt32() & Vector256.Create(0xFFFF0000u)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Mask(int n) => Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(n));
}
