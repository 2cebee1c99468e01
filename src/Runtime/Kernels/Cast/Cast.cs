using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[i] = (type of y) x[i] as in ONNX Cast: float to integer drops the fraction (out of range gives the nearest end, NaN gives 0), integer
/// to narrower integer keeps the
/// low bits, anything but 0 is true (NaN too), numbers round to the nearest float. bfloat16 is reached through single precision.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Cast
{
    /// <summary>
    /// <paramref name="length"/> elements of float, double, Half, <see cref="BF16"/>, sbyte … long, byte … ulong or bool; x and y may be
    /// the same memory where their
    /// elements have one size.
    /// </summary>
    /// <exception cref="NotSupportedException">Another element type.</exception>
    public static void Run<TFrom, TTo>(Pointer<TFrom> x, Pointer<TTo> y, int length)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        if (typeof(TFrom) == typeof(TTo))
        {
            Buffer.MemoryCopy(x.Address, y.Address, (long)length * sizeof(TTo), (long)length * sizeof(TTo));
            return;
        }

        // The type tests are constants for the compiler: what is left is one loop over one conversion.
        for (int i = 0; i < length; i++)
        {
            y.Address[i] = From<TFrom, TTo>(x.Address[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo From<TFrom, TTo>(TFrom value)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        if (typeof(TFrom) == typeof(float))
        {
            return To<float, TTo>(Unsafe.BitCast<TFrom, float>(value));
        }

        if (typeof(TFrom) == typeof(double))
        {
            return To<double, TTo>(Unsafe.BitCast<TFrom, double>(value));
        }

        if (typeof(TFrom) == typeof(Half))
        {
            return To<Half, TTo>(Unsafe.BitCast<TFrom, Half>(value));
        }

        if (typeof(TFrom) == typeof(BF16))
        {
            return To<float, TTo>(Unsafe.BitCast<TFrom, BF16>(value).ToSingle());
        }

        if (typeof(TFrom) == typeof(bool))
        {
            return To<byte, TTo>(Unsafe.BitCast<TFrom, byte>(value) != 0 ? (byte)1 : (byte)0);
        }

        return FromInteger<TFrom, TTo>(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo FromInteger<TFrom, TTo>(TFrom value)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        if (typeof(TFrom) == typeof(sbyte))
        {
            return To<sbyte, TTo>(Unsafe.BitCast<TFrom, sbyte>(value));
        }

        if (typeof(TFrom) == typeof(byte))
        {
            return To<byte, TTo>(Unsafe.BitCast<TFrom, byte>(value));
        }

        if (typeof(TFrom) == typeof(short))
        {
            return To<short, TTo>(Unsafe.BitCast<TFrom, short>(value));
        }

        if (typeof(TFrom) == typeof(ushort))
        {
            return To<ushort, TTo>(Unsafe.BitCast<TFrom, ushort>(value));
        }

        if (typeof(TFrom) == typeof(int))
        {
            return To<int, TTo>(Unsafe.BitCast<TFrom, int>(value));
        }

        if (typeof(TFrom) == typeof(uint))
        {
            return To<uint, TTo>(Unsafe.BitCast<TFrom, uint>(value));
        }

        if (typeof(TFrom) == typeof(long))
        {
            return To<long, TTo>(Unsafe.BitCast<TFrom, long>(value));
        }

        return typeof(TFrom) == typeof(ulong)
            ? To<ulong, TTo>(Unsafe.BitCast<TFrom, ulong>(value))
            : throw new NotSupportedException($"Cast from {typeof(TFrom)}.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo To<TNumber, TTo>(TNumber value)
        where TNumber : unmanaged, INumber<TNumber>
        where TTo : unmanaged =>
        typeof(TTo) == typeof(bool) ? Unsafe.BitCast<bool, TTo>(!TNumber.IsZero(value))
        : typeof(TTo) == typeof(BF16) ? Unsafe.BitCast<BF16, TTo>(BF16.FromSingle(float.CreateTruncating(value)))
        : typeof(TTo) == typeof(float) ? Number<TNumber, float, TTo>(value)
        : typeof(TTo) == typeof(double) ? Number<TNumber, double, TTo>(value)
        : typeof(TTo) == typeof(Half) ? Number<TNumber, Half, TTo>(value)
        : typeof(TTo) == typeof(sbyte) ? Number<TNumber, sbyte, TTo>(value)
        : typeof(TTo) == typeof(byte) ? Number<TNumber, byte, TTo>(value)
        : typeof(TTo) == typeof(short) ? Number<TNumber, short, TTo>(value)
        : typeof(TTo) == typeof(ushort) ? Number<TNumber, ushort, TTo>(value)
        : typeof(TTo) == typeof(int) ? Number<TNumber, int, TTo>(value)
        : typeof(TTo) == typeof(uint) ? Number<TNumber, uint, TTo>(value)
        : typeof(TTo) == typeof(long) ? Number<TNumber, long, TTo>(value)
        : typeof(TTo) == typeof(ulong) ? Number<TNumber, ulong, TTo>(value)
        : throw new NotSupportedException($"Cast to {typeof(TTo)}.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo Number<TFrom, TNumber, TTo>(TFrom value)
        where TFrom : unmanaged, INumber<TFrom>
        where TNumber : unmanaged, INumber<TNumber>
        where TTo : unmanaged =>
        Unsafe.BitCast<TNumber, TTo>(
            typeof(TFrom) == typeof(float) || typeof(TFrom) == typeof(double) || typeof(TFrom) == typeof(Half)
                ? TNumber.CreateSaturating(value)
                : TNumber.CreateTruncating(value));
}
