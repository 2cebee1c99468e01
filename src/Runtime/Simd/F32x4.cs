using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Simd;

/// <summary>4 lanes in one 128-bit register.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct F32x4(Vector128<float> lanes) : IVectorF32<F32x4>
{
    private readonly Vector128<float> lanes = lanes;

    public static int Count => 4;

    public static F32x4 Zero => new(Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(F32x4 value, float* target) => value.lanes.Store(target);

    /// <summary>Lanes 2 and 3, and then 0 and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static F32x4 HalvesExchanged(F32x4 value) => new(Vector128.Shuffle(value.lanes, Vector128.Create(2, 3, 0, 1)));

    /// <summary>Lane 1 in the place of lane 0, and the other way round.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static F32x4 NeighboursExchanged(F32x4 value) => new(Vector128.Shuffle(value.lanes, Vector128.Create(1, 0, 3, 2)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float First(F32x4 value) => value.lanes.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 LoadPartial(float* source, int n)
    {
        if (n == 4)
        {
            return Load(source);
        }

        var lanes = Vector128<float>.Zero;
        for (int i = 0; i < n; i++)
        {
            lanes = lanes.WithElement(i, source[i]);
        }

        return new(lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(F32x4 value, float* target, int n)
    {
        if (n == 4)
        {
            Store(value, target);
            return;
        }

        for (int i = 0; i < n; i++)
        {
            target[i] = value.lanes[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 LoadBytes(byte* source, int n)
    {
        var words = Vector128.WidenLower(Partial.LoadBytes(source, n));
        return new(Vector128.ConvertToSingle(Vector128.WidenLower(words).AsInt32()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 LoadSignedHeads(sbyte* source) =>
        new(Vector128.ConvertToSingle((Vector128.Load((int*)source) << 24) >> 24));

    public static F32x4 NibbleValues => Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Nibble(F32x4 lanes, F32x4 values) =>
        new(Vector128.ConvertToSingle((lanes.lanes.AsInt32() << 28) >> 28));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 NextNibble(F32x4 lanes) => new((lanes.lanes.AsUInt32() >> 4).AsSingle());

    /// <summary>Twice the values, as bytes.</summary>
    public static F32x4 NibbleFloatValues =>
        new(Vector128.Create((sbyte)0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 NibbleFloat(F32x4 lanes, F32x4 values)
    {
        var bytes = Vector128.Shuffle(values.lanes.AsByte(), (lanes.lanes.AsInt32() & Vector128.Create(15)).AsByte());
        return new(Vector128.ConvertToSingle((bytes.AsInt32() << 24) >> 24) * 0.5f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 ShiftLeft(F32x4 lanes, int bits) => new((lanes.lanes.AsUInt32() << bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 SmallFloat(F32x4 lanes, int shift, uint kept, float unit) =>
        new(((lanes.lanes.AsInt32() >> shift).AsUInt32() & Vector128.Create(kept)).AsSingle() * Vector128.Create(unit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(F32x4 value, byte* target, int n)
    {
        var words = Vector128.Narrow(Vector128.ConvertToInt32Native(value.lanes), Vector128<int>.Zero);
        Partial.StoreBytes(Vector128.Narrow(words.AsUInt16(), Vector128<ushort>.Zero), target, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBF16(F32x4 value, ushort* target, int n)
    {
        var x = Subnormal.ToZero(value).lanes;
        var bits = x.AsUInt32();
        var even = (bits >> 16) & Vector128<uint>.One;
        var halves = Vector128.ConditionalSelect(Vector128.IsNaN(x).AsUInt32(),
            bits | Vector128.Create(BF16.QuietNaN), bits + Vector128.Create(BF16.AlmostHalf) + even) >> 16;
        Partial.StoreBytes(Vector128.Narrow(halves, Vector128<uint>.Zero).AsByte(), (byte*)target, n * sizeof(ushort));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreByteGroups(F32x4 first, F32x4 second, F32x4 third, F32x4 fourth, byte* target, int n) =>
        StorePartial(new((Vector128.ConvertToInt32Native(first.lanes) | (Vector128.ConvertToInt32Native(second.lanes) << 8)
            | (Vector128.ConvertToInt32Native(third.lanes) << 16) | (Vector128.ConvertToInt32Native(fourth.lanes) << 24)).AsSingle()),
            (float*)target, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 LoadInt32(int* source) => new(Vector128.ConvertToSingle(Vector128.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 LoadInt32Sum(int* left, int* right) =>
        new(Vector128.ConvertToSingle(Vector128.Load(left) + Vector128.Load(right)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 operator +(F32x4 left, F32x4 right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 operator -(F32x4 left, F32x4 right) => new(left.lanes - right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 operator *(F32x4 left, F32x4 right) => new(left.lanes * right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 operator /(F32x4 left, F32x4 right) => new(left.lanes / right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 operator -(F32x4 value) => new(-value.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 FusedMultiplyAdd(F32x4 left, F32x4 right, F32x4 addend) =>
        new(Fused.MultiplyAdd(left.lanes, right.lanes, addend.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Min(F32x4 left, F32x4 right) => new(Vector128.IsNaN(left.lanes) | IfLess(left, right).lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Max(F32x4 left, F32x4 right) => new(Vector128.IsNaN(left.lanes) | IfGreater(left, right).lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 IfLess(F32x4 left, F32x4 right) => new(Sse.IsSupported
        ? Sse.Min(left.lanes, right.lanes)
        : Vector128.ConditionalSelect(Vector128.LessThan(left.lanes, right.lanes), left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 IfGreater(F32x4 left, F32x4 right) => new(Sse.IsSupported
        ? Sse.Max(left.lanes, right.lanes)
        : Vector128.ConditionalSelect(Vector128.GreaterThan(left.lanes, right.lanes), left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Abs(F32x4 value) => new(Vector128.Abs(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Sqrt(F32x4 value) => new(Vector128.Sqrt(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Round(F32x4 value) => new(Vector128.Round(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Floor(F32x4 value) => new(Vector128.Floor(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 LessThan(F32x4 left, F32x4 right) => new(Vector128.LessThan(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 GreaterThan(F32x4 left, F32x4 right) => new(Vector128.GreaterThan(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Equals(F32x4 left, F32x4 right) => new(Vector128.Equals(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Select(F32x4 mask, F32x4 whenTrue, F32x4 whenFalse) =>
        new(Vector128.ConditionalSelect(mask.lanes, whenTrue.lanes, whenFalse.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(F32x4 mask) => mask.lanes.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 And(F32x4 left, F32x4 right) => new(left.lanes & right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Or(F32x4 left, F32x4 right) => new(left.lanes | right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 Xor(F32x4 left, F32x4 right) => new(left.lanes ^ right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 PowerOfTwo(F32x4 power) =>
        new(((Vector128.ConvertToInt32Native(power.lanes) + Vector128.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 LowHalf(F32x4 lanes) => new((lanes.lanes.AsUInt32() << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x4 HighHalf(F32x4 lanes) => new((lanes.lanes.AsUInt32() & Vector128.Create(0xFFFF0000u)).AsSingle());
}
