using Google.Protobuf;
using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Benchmarks.Networks;

/// <summary>
/// MobileNetV2 of width 1 at 224×224 (arXiv 1801.04381, table 2) with random weights: its times are those of a trained one.
/// </summary>
internal static class MobileNetV2
{
    /// <summary>Expansion, output channels, blocks, stride of the first.</summary>
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    /// <returns>The path of the file.</returns>
    public static string Write(string folder)
    {
        var file = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "mobilenetv2" } };
        file.OpsetImport.Add(new OperatorSetIdProto { Version = 13 });
        var layers = new Layers(file.Graph);
        file.Graph.Input.Add(Port("image", 1, 3, 224, 224));
        string x = layers.Conv("image", 3, 32, 3, stride: 2, groups: 1, clips: true);
        int channels = 32;
        foreach (var stage in Stages)
        {
            for (int block = 0; block < stage.Blocks; block++)
            {
                int stride = block == 0 ? stage.Stride : 1, wide = channels * stage.Expansion;
                string y = stage.Expansion == 1 ? x : layers.Conv(x, channels, wide, 1, 1, 1, clips: true);
                y = layers.Conv(y, wide, wide, 3, stride, groups: wide, clips: true);
                y = layers.Conv(y, wide, stage.Channels, 1, 1, 1, clips: false);
                x = stride == 1 && channels == stage.Channels ? layers.Node("Add", y, x) : y;
                channels = stage.Channels;
            }
        }

        x = layers.Node("GlobalAveragePool", layers.Conv(x, channels, 1280, 1, 1, 1, clips: true));
        x = layers.Node("Gemm", layers.Node("Flatten", x), layers.Weights(1280, 1280, 1000), layers.Weights(1, 1000));
        file.Graph.Output.Add(Port(x, 1, 1000));
        string path = Path.Combine(folder, "mobilenetv2.onnx");
        using var stream = File.Create(path);
        file.WriteTo(stream);
        return path;
    }

    private static ValueInfoProto Port(string name, params long[] shape)
    {
        var type = new TensorTypeProto { ElemType = 1, Shape = new TensorShapeProto() };
        type.Shape.Dim.Add(shape.Select(d => new DimensionProto { DimValue = d }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
    }

    private sealed class Layers(GraphProto graph)
    {
        private readonly Random random = new(2);

        public string Conv(string x, int inputs, int outputs, int kernel, int stride, int groups, bool clips)
        {
            int own = inputs / groups;
            string y = Node("Conv", x, Weights(own * kernel * kernel, outputs, own, kernel, kernel), Weights(1, outputs));
            int pad = kernel / 2;
            graph.Node[^1].Attribute.Add(
            [
                List("kernel_shape", kernel, kernel), List("strides", stride, stride), List("pads", pad, pad, pad, pad),
                new AttributeProto { Name = "group", Type = 2, I = groups },
            ]);
            return clips ? Node("Clip", y, Scalar(0), Scalar(6)) : y;
        }

        public string Node(string op, params string[] inputs)
        {
            var node = new NodeProto { Name = $"{op}_{graph.Node.Count}", OpType = op };
            node.Input.Add(inputs);
            node.Output.Add($"v{graph.Node.Count}");
            graph.Node.Add(node);
            return node.Output[0];
        }

        /// <summary>Normal numbers whose products keep the size of the activations.</summary>
        public string Weights(int fanIn, params long[] shape)
        {
            var tensor = new TensorProto { Name = $"w{graph.Initializer.Count}", DataType = 1 };
            tensor.Dims.Add(shape);
            long count = shape.Aggregate(1L, (a, b) => a * b);
            for (long i = 0; i < count; i++)
            {
                tensor.FloatData.Add((float)(MeasuredNetwork.Normal(random) * Math.Sqrt(2.0 / fanIn) * (fanIn == 1 ? 0.1 : 1)));
            }

            graph.Initializer.Add(tensor);
            return tensor.Name;
        }

        private string Scalar(float value)
        {
            var tensor = new TensorProto { Name = $"w{graph.Initializer.Count}", DataType = 1 };
            tensor.FloatData.Add(value);
            graph.Initializer.Add(tensor);
            return tensor.Name;
        }

        private static AttributeProto List(string name, params long[] values)
        {
            var attribute = new AttributeProto { Name = name, Type = 7 };
            attribute.Ints.Add(values);
            return attribute;
        }
    }
}
