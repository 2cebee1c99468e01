using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Simd;

/// <summary>16 lanes in one 512-bit register.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct F32x16(Vector512<float> lanes) : IVectorF32<F32x16>
{
    private readonly Vector512<float> lanes = lanes;

    public static int Count => 16;

    public static F32x16 Zero => new(Vector512<float>.Zero);

    /// <remarks>As an integer: see decision 0675.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Broadcast(float value) => new(Vector512.Create(BitConverter.SingleToInt32Bits(value)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(F32x16 value, float* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 LoadPartial(float* source, int n) =>
        n == 16 ? Load(source) : new(Avx512F.MaskLoad(source, Mask(n).AsSingle(), Vector512<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(F32x16 value, float* target, int n)
    {
        if (n == 16)
        {
            Store(value, target);
            return;
        }

        Avx512F.MaskStore(target, Mask(n).AsSingle(), value.lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 LoadBytes(byte* source, int n)
    {
        var bytes = n == 16 ? Vector128.Load(source) : Partial.LoadBytes(source, n);
        return new(Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(bytes)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 LoadSignedHeads(sbyte* source) =>
        new(Vector512.ConvertToSingle((Vector512.Load((int*)source) << 24) >> 24));

    public static F32x16 NibbleValues => new(Vector512.Create(0f, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1));

    /// <remarks>The permutation looks at the lowest four bits only.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Nibble(F32x16 lanes, F32x16 values) =>
        new(Avx512F.PermuteVar16x32(values.lanes, lanes.lanes.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 NextNibble(F32x16 lanes) => new((lanes.lanes.AsUInt32() >> 4).AsSingle());

    public static F32x16 NibbleFloatValues =>
        new(Vector512.Create(0f, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 NibbleFloat(F32x16 lanes, F32x16 values) => Nibble(lanes, values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 ShiftLeft(F32x16 lanes, int bits) => new((lanes.lanes.AsUInt32() << bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 SmallFloat(F32x16 lanes, int shift, uint kept, float unit) =>
        new(((lanes.lanes.AsInt32() >> shift).AsUInt32() & Vector512.Create(kept)).AsSingle() * Vector512.Create(unit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(F32x16 value, byte* target, int n) =>
        Partial.StoreBytes(Avx512F.ConvertToVector128Byte(Vector512.ConvertToInt32Native(value.lanes)), target, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBF16(F32x16 value, ushort* target, int n)
    {
        var x = Subnormal.ToZero(value).lanes;
        var bits = x.AsUInt32();
        var even = (bits >> 16) & Vector512<uint>.One;
        var halves = Vector512.ConditionalSelect(Vector512.IsNaN(x).AsUInt32(),
            bits | Vector512.Create(BF16.QuietNaN), bits + Vector512.Create(BF16.AlmostHalf) + even) >> 16;
        var narrow = Avx512F.ConvertToVector256UInt16(halves);
        if (n < 8)
        {
            Partial.StoreBytes(narrow.GetLower().AsByte(), (byte*)target, n * sizeof(ushort));
            return;
        }

        narrow.GetLower().Store(target);
        Partial.StoreBytes(narrow.GetUpper().AsByte(), (byte*)(target + 8), (n - 8) * sizeof(ushort));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreByteGroups(F32x16 first, F32x16 second, F32x16 third, F32x16 fourth, byte* target, int n) =>
        StorePartial(new((Vector512.ConvertToInt32Native(first.lanes) | (Vector512.ConvertToInt32Native(second.lanes) << 8)
            | (Vector512.ConvertToInt32Native(third.lanes) << 16) | (Vector512.ConvertToInt32Native(fourth.lanes) << 24)).AsSingle()),
            (float*)target, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 LoadInt32(int* source) => new(Vector512.ConvertToSingle(Vector512.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 LoadInt32Sum(int* left, int* right) =>
        new(Vector512.ConvertToSingle(Vector512.Load(left) + Vector512.Load(right)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator +(F32x16 left, F32x16 right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator -(F32x16 left, F32x16 right) => new(left.lanes - right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator *(F32x16 left, F32x16 right) => new(left.lanes * right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator /(F32x16 left, F32x16 right) => new(left.lanes / right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator -(F32x16 value) => new(-value.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 FusedMultiplyAdd(F32x16 left, F32x16 right, F32x16 addend) =>
        new(Vector512.FusedMultiplyAdd(left.lanes, right.lanes, addend.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Min(F32x16 left, F32x16 right) => new(Vector512.IsNaN(left.lanes) | IfLess(left, right).lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Max(F32x16 left, F32x16 right) => new(Vector512.IsNaN(left.lanes) | IfGreater(left, right).lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 IfLess(F32x16 left, F32x16 right) => new(Avx512F.IsSupported
        ? Avx512F.Min(left.lanes, right.lanes)
        : Vector512.ConditionalSelect(Vector512.LessThan(left.lanes, right.lanes), left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 IfGreater(F32x16 left, F32x16 right) => new(Avx512F.IsSupported
        ? Avx512F.Max(left.lanes, right.lanes)
        : Vector512.ConditionalSelect(Vector512.GreaterThan(left.lanes, right.lanes), left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Abs(F32x16 value) => new(Vector512.Abs(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Sqrt(F32x16 value) => new(Vector512.Sqrt(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Round(F32x16 value) => new(Vector512.Round(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Floor(F32x16 value) => new(Vector512.Floor(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 LessThan(F32x16 left, F32x16 right) => new(Vector512.LessThan(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 GreaterThan(F32x16 left, F32x16 right) => new(Vector512.GreaterThan(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Equals(F32x16 left, F32x16 right) => new(Vector512.Equals(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Select(F32x16 mask, F32x16 whenTrue, F32x16 whenFalse) =>
        new(Vector512.ConditionalSelect(mask.lanes, whenTrue.lanes, whenFalse.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(F32x16 mask) => (uint)mask.lanes.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 And(F32x16 left, F32x16 right) => new(left.lanes & right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Or(F32x16 left, F32x16 right) => new(left.lanes | right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Xor(F32x16 left, F32x16 right) => new(left.lanes ^ right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 PowerOfTwo(F32x16 power) =>
        new(((Vector512.ConvertToInt32Native(power.lanes) + Vector512.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 LowHalf(F32x16 lanes) => new((lanes.lanes.AsUInt32() << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 HighHalf(F32x16 lanes) => new((lanes.lanes.AsUInt32() & Vector512.Create(0xFFFF0000u)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Mask(int n) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(n));
}
