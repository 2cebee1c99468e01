using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>TensorProto to <see cref="Tensor"/>: raw bytes, typed fields or external data.</summary>
internal sealed class TensorReader(string file, ExternalData external)
{
    /// <exception cref="MixPrecException">MXP3002 (malformed), MXP3003 (external data) or MXP3007 (element type).</exception>
    public Tensor Read(TensorProto proto)
    {
        var type = OnnxElementType.FromCode(proto.DataType)
            ?? throw new MixPrecException(DiagnosticCatalog.ElementTypeUnsupported, file, PrintableName.Format(proto.Name),
                OnnxElementType.NameOf(proto.DataType), "");
        if (proto.Segment is not null)
        {
            throw Malformed(proto, "is segmented");
        }

        long count = Length(proto, type);
        int bits = type.Bits(), length = (int)(((count * bits) + 7) / 8);
        var bytes = proto.DataLocation == 1 ? external.Read(proto, length) : proto.RawData.Length > 0 ? proto.RawData.Memory
            : TypedField(proto, type);
        if (bytes.Length != length)
        {
            throw Malformed(proto,
                FormattableString.Invariant($"has {Counted.Format(bytes.Length, "byte")} where its shape needs {length}"));
        }

        return bits < 8 ? new Tensor(type, proto.Dims, PackedBits.Unpack(bytes.Span, bits, type.Carrier() == ElementType.I8, (int)count))
            : type == ElementType.Bool ? new Tensor(type, proto.Dims, Truths(bytes.Span))
            : new Tensor(type, proto.Dims, bytes);
    }

    private long Length(TensorProto proto, ElementType type)
    {
        try
        {
            new TensorType(type, [.. proto.Dims.Select(IntExpr.Constant)]).RequireSize();
            return Tensor.BytesOf(type, proto.Dims) / type.Size();
        }
        catch (ShapeException e)
        {
            throw Malformed(proto, $"cannot be: {e.Message}");
        }
    }

    /// <summary>1 for every byte that is not 0.</summary>
    private static byte[] Truths(ReadOnlySpan<byte> bytes)
    {
        var truths = new byte[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            truths[i] = (byte)(bytes[i] != 0 ? 1 : 0);
        }

        return truths;
    }

    private byte[] TypedField(TensorProto proto, ElementType type) => type switch
    {
        ElementType.F32 => Bytes(proto.FloatData, x => x),
        ElementType.F64 => Bytes(proto.DoubleData, x => x),
        ElementType.I64 => Bytes(proto.Int64Data, x => x),
        ElementType.U64 => Bytes(proto.Uint64Data, x => x),
        ElementType.U32 => Bytes(proto.Uint64Data, x => (uint)x),
        ElementType.I32 => Bytes(proto.Int32Data, x => x),
        ElementType.I16 => Bytes(proto.Int32Data, x => (short)x),
        ElementType.U16 or ElementType.F16 or ElementType.BF16 => Bytes(proto.Int32Data, x => (ushort)x),
        ElementType.I8 => Bytes(proto.Int32Data, x => (sbyte)x),
        ElementType.Bool => Bytes(proto.Int32Data, x => (byte)(x != 0 ? 1 : 0)),
        _ => Bytes(proto.Int32Data, x => (byte)x),
    };

    private static byte[] Bytes<TField, TElement>(RepeatedField<TField> field, Func<TField, TElement> convert) where TElement : unmanaged
    {
        var elements = new TElement[field.Count];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = convert(field[i]);
        }

        return MemoryMarshal.AsBytes<TElement>(elements).ToArray();
    }

    private MixPrecException Malformed(TensorProto proto, string reason) =>
        new(DiagnosticCatalog.NotOnnx, file, Path.GetFileName(file), $"tensor '{PrintableName.Format(proto.Name)}' {reason}");
}
