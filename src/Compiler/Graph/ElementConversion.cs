using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Graphs;

/// <summary>Conversion of single elements of constants between types.</summary>
internal static class ElementConversion
{
    /// <summary>Converts element <paramref name="index"/>; false when a type has no conversion here.</summary>
    public static bool TryConvert(Tensor from, Tensor to, int index)
    {
        if (from.Type is ElementType.I64 or ElementType.I32 or ElementType.U8 or ElementType.I8 or ElementType.Bool or ElementType.I16
            or ElementType.U16 or ElementType.U32 or ElementType.U64
            or ElementType.I4 or ElementType.I2 or ElementType.U4 or ElementType.U2)
        {
            // The upper half of 64 bits has no signed number, but the same bits.
            return from.Type == ElementType.U64 && to.Type.IsFloat() ? TryWrite(to, index, (double)from.Span<ulong>()[index])
                : TryWrite(to, index, ReadInteger(from, index));
        }

        double? value = from.Type switch
        {
            ElementType.F32 => from.Span<float>()[index],
            ElementType.F64 => from.Span<double>()[index],
            ElementType.F16 => (double)from.Span<Half>()[index],
            ElementType.BF16 => new BF16(from.Span<ushort>()[index]).ToSingle(),
            _ => null,
        };
        return value is { } number && TryWrite(to, index, number);
    }

    private static long ReadInteger(Tensor from, int index) => from.Type switch
    {
        ElementType.I64 or ElementType.U64 => from.Span<long>()[index],
        ElementType.I32 => from.Span<int>()[index],
        ElementType.U32 => from.Span<uint>()[index],
        ElementType.I16 => from.Span<short>()[index],
        ElementType.U16 => from.Span<ushort>()[index],
        ElementType.I8 or ElementType.I4 or ElementType.I2 => from.Span<sbyte>()[index],
        ElementType.Bool => from.Span<byte>()[index] != 0 ? 1 : 0,
        _ => from.Span<byte>()[index],
    };

    private static bool TryWrite(Tensor to, int index, long value)
    {
        if (to.Type.IsFloat())
        {
            return TryWrite(to, index, (double)value);
        }

        switch (to.Type)
        {
            case ElementType.I64 or ElementType.U64: to.Writable<long>()[index] = value; return true;
            case ElementType.I32 or ElementType.U32: to.Writable<int>()[index] = unchecked((int)value); return true;
            case ElementType.I16 or ElementType.U16: to.Writable<short>()[index] = unchecked((short)value); return true;
            case ElementType.I8: to.Writable<sbyte>()[index] = unchecked((sbyte)value); return true;
            case ElementType.U8: to.Writable<byte>()[index] = unchecked((byte)value); return true;
            case ElementType.Bool: to.Writable<byte>()[index] = (byte)(value != 0 ? 1 : 0); return true;
            default: return false;
        }
    }

    private static bool TryWrite(Tensor to, int index, double value)
    {
        switch (to.Type)
        {
            case ElementType.F32: to.Writable<float>()[index] = (float)value; return true;
            case ElementType.F64: to.Writable<double>()[index] = value; return true;
            case ElementType.F16: to.Writable<Half>()[index] = (Half)value; return true;
            case ElementType.Bool: to.Writable<byte>()[index] = (byte)(value != 0 ? 1 : 0); return true;
            case ElementType.BF16: to.Writable<ushort>()[index] = BF16.FromSingle((float)value).Bits; return true;
            default: return TryWrite(to, index, (long)value);
        }
    }
}
