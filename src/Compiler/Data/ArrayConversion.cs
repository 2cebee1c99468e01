using System.Numerics;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Data;

/// <summary>
/// Conversion of whole arrays to another element type, by value: 8-bit pixels become floats 0…255, ids keep their number.
/// </summary>
internal static class ArrayConversion
{
    /// <summary>The same values as <paramref name="to"/>; floats round to nearest.</summary>
    /// <exception cref="InvalidDataException">A value does not exist in the target type (a fraction or an overflow in an
    /// integer).</exception>
    public static Tensor Convert(Tensor from, ElementType to) => from.Type == to ? from : from.Type switch
    {
        ElementType.F32 => To<float>(from, to),
        ElementType.F64 => To<double>(from, to),
        ElementType.F16 => To<Half>(from, to),
        ElementType.I8 => To<sbyte>(from, to),
        ElementType.U8 or ElementType.Bool => To<byte>(from, to),
        ElementType.I16 => To<short>(from, to),
        ElementType.U16 => To<ushort>(from, to),
        ElementType.I32 => To<int>(from, to),
        ElementType.U32 => To<uint>(from, to),
        ElementType.I64 => To<long>(from, to),
        ElementType.U64 => To<ulong>(from, to),
        _ => throw new InvalidDataException($"elements of type {from.Type} cannot be converted"),
    };

    private static Tensor To<T>(Tensor from, ElementType to) where T : unmanaged, INumber<T>
    {
        var result = Tensor.Zeros(to, from.Shape);
        var x = from.Span<T>();
        switch (to)
        {
            case ElementType.F32: Float(x, result.Writable<float>()); break;
            case ElementType.F64: Float(x, result.Writable<double>()); break;
            case ElementType.F16: Float(x, result.Writable<Half>()); break;
            case ElementType.I8: Integer(x, result.Writable<sbyte>()); break;
            case ElementType.U8: Integer(x, result.Writable<byte>()); break;
            case ElementType.I16: Integer(x, result.Writable<short>()); break;
            case ElementType.U16: Integer(x, result.Writable<ushort>()); break;
            case ElementType.I32: Integer(x, result.Writable<int>()); break;
            case ElementType.U32: Integer(x, result.Writable<uint>()); break;
            case ElementType.I64: Integer(x, result.Writable<long>()); break;
            case ElementType.U64: Integer(x, result.Writable<ulong>()); break;
            default: Bits(x, result, to); break;
        }

        return result;
    }

    private static void Float<T, TTo>(ReadOnlySpan<T> x, Span<TTo> y) where T : INumber<T> where TTo : INumber<TTo>
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = TTo.CreateTruncating(x[i]);
        }
    }

    private static void Integer<T, TTo>(ReadOnlySpan<T> x, Span<TTo> y) where T : INumber<T> where TTo : INumber<TTo>
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = TTo.CreateSaturating(x[i]);
            if (T.CreateSaturating(y[i]) != x[i])
            {
                throw new InvalidDataException($"the value {x[i]} does not exist among {typeof(TTo).Name} numbers");
            }
        }
    }

    private static void Bits<T>(ReadOnlySpan<T> x, Tensor result, ElementType to) where T : INumber<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            if (to == ElementType.BF16)
            {
                result.Writable<ushort>()[i] = BF16.FromSingle(float.CreateTruncating(x[i])).Bits;
            }
            else
            {
                result.Writable<byte>()[i] = (byte)(T.IsZero(x[i]) ? 0 : 1);
            }
        }
    }
}
