using Google.Protobuf;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary><see cref="Tensor"/> to TensorProto, as the files <c>output_N.pb</c> of the ONNX test layout hold it.</summary>
internal static class TensorWriter
{
    public static TensorProto ToProto(string name, Tensor tensor)
    {
        int bits = tensor.Type.Bits();
        var data = ByteString.CopyFrom(bits < 8 ? PackedBits.Pack(tensor.Bytes, bits) : tensor.Bytes);
        var proto = new TensorProto { Name = name, DataType = tensor.Type.ToCode(), RawData = data };
        proto.Dims.AddRange(tensor.Shape);
        return proto;
    }

    /// <summary>Writes one tensor to a file of its own.</summary>
    public static void Write(string path, string name, Tensor tensor) => File.WriteAllBytes(path, ToProto(name, tensor).ToByteArray());

    /// <summary>Writes one tensor to a stream that holds nothing else.</summary>
    public static void Write(Stream file, string name, Tensor tensor) => ToProto(name, tensor).WriteTo(file);
}
