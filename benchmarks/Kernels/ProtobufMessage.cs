using System.Text;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>A protocol buffer message written field by field; enough of the format for <see cref="OnnxModel"/>.</summary>
internal sealed class ProtobufMessage
{
    private readonly MemoryStream bytes = new();

    public byte[] ToArray() => bytes.ToArray();

    public ProtobufMessage Integer(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public ProtobufMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Message(int field, ProtobufMessage value) => Bytes(field, value.ToArray());

    public ProtobufMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        bytes.Write(value);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.WriteByte((byte)(value | 0x80));
        }

        bytes.WriteByte((byte)value);
    }
}
