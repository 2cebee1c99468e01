using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Graphs;

/// <summary>Single elements of a tensor as numbers or truth values of C#, to be shown.</summary>
internal static class TensorElements
{
    /// <summary>Integers in a type that holds them, floats of up to 32 bits as float, truth values as bool.</summary>
    public static object At(Tensor tensor, int index) => tensor.Type switch
    {
        ElementType.F32 => tensor.Span<float>()[index],
        ElementType.F64 => tensor.Span<double>()[index],
        ElementType.F16 => (float)tensor.Span<Half>()[index],
        ElementType.BF16 => new BF16(tensor.Span<ushort>()[index]).ToSingle(),
        ElementType.I64 => tensor.Span<long>()[index],
        ElementType.U64 => tensor.Span<ulong>()[index],
        ElementType.I32 => tensor.Span<int>()[index],
        ElementType.U32 => tensor.Span<uint>()[index],
        ElementType.I16 => tensor.Span<short>()[index],
        ElementType.U16 => tensor.Span<ushort>()[index],
        ElementType.I8 or ElementType.I4 or ElementType.I2 => tensor.Span<sbyte>()[index],
        ElementType.U8 or ElementType.U4 or ElementType.U2 => tensor.Bytes[index],
        ElementType.Bool => tensor.Bytes[index] != 0,
        ElementType.E4M3 => Number<E4M3>(tensor.Bytes[index]),
        ElementType.E4M3FNUZ => Number<E4M3FNUZ>(tensor.Bytes[index]),
        ElementType.E5M2 => Number<E5M2>(tensor.Bytes[index]),
        ElementType.E5M2FNUZ => Number<E5M2FNUZ>(tensor.Bytes[index]),
        ElementType.E2M1 => Number<E2M1>(tensor.Bytes[index]),
        ElementType.E8M0 => Number<E8M0>(tensor.Bytes[index]),
        _ => throw new ArgumentOutOfRangeException(nameof(tensor), tensor.Type, "no element type"),
    };

    private static float Number<TCode>(byte code) where TCode : struct, IFloatCode => TCode.Decode(code);
}
