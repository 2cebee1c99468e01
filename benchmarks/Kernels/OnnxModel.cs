using System.Runtime.InteropServices;
using Google.Protobuf;
using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>A chain of layers as an ONNX file: Gemm or Conv, each followed by Relu; input x, output y; random weights.</summary>
internal static class OnnxModel
{
    private const int Float = 1, IntegersAttribute = 7, IntegerAttribute = 2;

    public static byte[] Of(IReadOnlyList<Layer> layers)
    {
        var graph = new GraphProto { Name = "chain", Input = { Port("x", InputShape(layers[0])) },
            Output = { Port("y", OutputShape(layers[^1])) } };
        var random = new Random(1);
        for (int i = 0; i < layers.Count; i++)
        {
            var layer = layers[i];
            string input = i == 0 ? "x" : $"r{i - 1}", output = i == layers.Count - 1 ? "y" : $"r{i}";
            long[] shape = layer.IsGemm ? [layer.OutC, layer.InC] : [layer.OutC, layer.InC / layer.Groups, layer.Kernel, layer.Kernel];
            graph.Initializer.Add(Tensor($"w{i}", shape, random));
            graph.Initializer.Add(Tensor($"b{i}", [layer.OutC], random));
            graph.Node.Add(new NodeProto
            {
                OpType = layer.IsGemm ? "Gemm" : "Conv", Input = { input, $"w{i}", $"b{i}" }, Output = { $"v{i}" },
                    Attribute = { Attributes(layer) },
            });
            graph.Node.Add(new NodeProto { OpType = "Relu", Input = { $"v{i}" }, Output = { output } });
        }

        return new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph }.ToByteArray();
    }

    public static long[] InputShape(Layer layer) =>
        layer.IsGemm ? [layer.Batch, layer.InC] : [layer.Batch, layer.InC, layer.Size, layer.Size];

    public static long[] OutputShape(Layer layer) =>
        layer.IsGemm ? [layer.Batch, layer.OutC] : [layer.Batch, layer.OutC, layer.OutSize, layer.OutSize];

    private static IEnumerable<AttributeProto> Attributes(Layer layer) => layer.IsGemm ? [Integer("transB", 1)] :
    [
        Integers("pads", layer.Pad, layer.Pad, layer.Pad, layer.Pad), Integers("strides", layer.Stride, layer.Stride),
        Integers("kernel_shape", layer.Kernel, layer.Kernel), Integer("group", layer.Groups),
    ];

    private static AttributeProto Integer(string name, long value) => new() { Name = name, Type = IntegerAttribute, I = value };

    private static AttributeProto Integers(string name, params long[] values) =>
        new() { Name = name, Type = IntegersAttribute, Ints = { values } };

    private static TensorProto Tensor(string name, long[] shape, Random random)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        foreach (ref var value in values.AsSpan())
        {
            value = (random.NextSingle() - 0.5f) * 0.1f;
        }

        return new() { Name = name, DataType = Float, Dims = { shape },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };
    }

    private static ValueInfoProto Port(string name, long[] shape)
    {
        var dimensions = shape.Select(size => new DimensionProto { DimValue = size });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = Float, Shape = new() { Dim = { dimensions } } } } };
    }
}
