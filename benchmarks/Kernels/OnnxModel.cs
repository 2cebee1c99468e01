using System.Runtime.InteropServices;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>A chain of layers as an ONNX file: Gemm or Conv, each followed by Relu; input x, output y; random weights.</summary>
internal static class OnnxModel
{
    private const int Float = 1, IntegersAttribute = 7, IntegerAttribute = 2;

    public static byte[] Of(IReadOnlyList<Layer> layers)
    {
        var graph = new ProtobufMessage().Text(2, "chain");
        var random = new Random(1);
        for (int i = 0; i < layers.Count; i++)
        {
            var layer = layers[i];
            string input = i == 0 ? "x" : $"r{i - 1}", output = i == layers.Count - 1 ? "y" : $"r{i}";
            graph.Message(5, Tensor($"w{i}", layer.IsGemm ? [layer.OutC, layer.InC] : [layer.OutC, layer.InC / layer.Groups, layer.Kernel, layer.Kernel], random));
            graph.Message(5, Tensor($"b{i}", [layer.OutC], random));
            var node = new ProtobufMessage().Text(1, input).Text(1, $"w{i}").Text(1, $"b{i}").Text(2, $"v{i}").Text(4, layer.IsGemm ? "Gemm" : "Conv");
            if (layer.IsGemm)
            {
                node.Message(5, Attribute("transB", IntegerAttribute, 3, 1));
            }
            else
            {
                node.Message(5, Attribute("pads", IntegersAttribute, 8, layer.Pad, layer.Pad, layer.Pad, layer.Pad));
                node.Message(5, Attribute("strides", IntegersAttribute, 8, layer.Stride, layer.Stride));
                node.Message(5, Attribute("kernel_shape", IntegersAttribute, 8, layer.Kernel, layer.Kernel));
                node.Message(5, Attribute("group", IntegerAttribute, 3, layer.Groups));
            }

            graph.Message(1, node);
            graph.Message(1, new ProtobufMessage().Text(1, $"v{i}").Text(2, output).Text(4, "Relu"));
        }

        graph.Message(11, Value("x", InputShape(layers[0])));
        graph.Message(12, Value("y", OutputShape(layers[^1])));
        return new ProtobufMessage().Integer(1, 8).Message(8, new ProtobufMessage().Text(1, string.Empty).Integer(2, 17)).Message(7, graph).ToArray();
    }

    public static long[] InputShape(Layer layer) =>
        layer.IsGemm ? [layer.Batch, layer.InC] : [layer.Batch, layer.InC, layer.Size, layer.Size];

    public static long[] OutputShape(Layer layer) =>
        layer.IsGemm ? [layer.Batch, layer.OutC] : [layer.Batch, layer.OutC, layer.OutSize, layer.OutSize];

    private static ProtobufMessage Tensor(string name, int[] shape, Random random)
    {
        var values = new float[shape.Aggregate(1, (product, size) => product * size)];
        foreach (ref var value in values.AsSpan())
        {
            value = (random.NextSingle() - 0.5f) * 0.1f;
        }

        var tensor = new ProtobufMessage();
        foreach (int size in shape)
        {
            tensor.Integer(1, size);
        }

        return tensor.Integer(2, Float).Text(8, name).Bytes(9, MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static ProtobufMessage Attribute(string name, int type, int field, params int[] values)
    {
        var attribute = new ProtobufMessage().Text(1, name).Integer(20, type);
        foreach (int value in values)
        {
            attribute.Integer(field, value);
        }

        return attribute;
    }

    private static ProtobufMessage Value(string name, long[] shape)
    {
        var dimensions = new ProtobufMessage();
        foreach (long size in shape)
        {
            dimensions.Message(1, new ProtobufMessage().Integer(1, size));
        }

        return new ProtobufMessage().Text(1, name)
            .Message(2, new ProtobufMessage().Message(1, new ProtobufMessage().Integer(1, Float).Message(2, dimensions)));
    }
}
