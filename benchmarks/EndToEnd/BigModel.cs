using System.Runtime.InteropServices;
using Google.Protobuf;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;

namespace MixPrec.Benchmarks.EndToEnd;

/// <summary>
/// A perceptron whose weights lie beside it in more than 2 GB of external data, samples for it, and what one of them gives in double
/// precision.
/// </summary>
internal static class BigModel
{
    private const int Width = 8192, Layers = 9, Samples = 10;

    /// <summary>
    /// Writes <c>big.onnx</c>, <c>big.weights</c>, <c>samples.npz</c>, and <c>first.bin</c> with <c>expected.bin</c>: floats of one run.
    /// </summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(2505);
        var samples = Tensor.Create([.. Enumerable.Range(0, Samples * Width).Select(_ => random.NextSingle())], Samples, Width);
        NpzFile.Write(Path.Combine(folder, "samples.npz"), [("x", samples)]);
        File.WriteAllBytes(Path.Combine(folder, "first.bin"), samples.Bytes[..(Width * sizeof(float))].ToArray());

        var graph = new GraphProto { Name = "big" };
        graph.Input.Add(Port("x"));
        graph.Output.Add(Port($"h{Layers}"));
        double[] h = [.. samples.Span<float>()[..Width].ToArray().Select(v => (double)v)];
        using var file = File.Create(Path.Combine(folder, "big.weights"));
        for (int layer = 0; layer < Layers; layer++)
        {
            h = Append(file, random, h, last: layer == Layers - 1);
            bool last = layer == Layers - 1;
            graph.Initializer.Add(Weights(layer));
            graph.Node.Add(new NodeProto { Name = $"layer{layer}", OpType = "MatMul",
                Input = { layer == 0 ? "x" : $"h{layer}", $"w{layer}" }, Output = { last ? $"h{Layers}" : $"z{layer}" } });
            if (!last)
            {
                graph.Node.Add(new NodeProto { Name = $"relu{layer}", OpType = "Relu", Input = { $"z{layer}" },
                    Output = { $"h{layer + 1}" } });
            }
        }

        File.WriteAllBytes(Path.Combine(folder, "expected.bin"), MemoryMarshal.AsBytes<float>([.. h.Select(v => (float)v)]).ToArray());
        var model = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
        File.WriteAllBytes(Path.Combine(folder, "big.onnx"), model.ToByteArray());
    }

    /// <summary>The weights of a layer, drawn evenly so that a ReLU keeps the size of its input, and its output.</summary>
    private static double[] Append(FileStream file, Random random, double[] h, bool last)
    {
        var y = new double[Width];
        var row = new float[Width];
        float scale = 2 * MathF.Sqrt(6f / Width);
        foreach (double x in h)
        {
            for (int column = 0; column < Width; column++)
            {
                row[column] = (random.NextSingle() - 0.5f) * scale;
                y[column] += x * row[column];
            }

            file.Write(MemoryMarshal.AsBytes<float>(row));
        }

        return last ? y : [.. y.Select(v => Math.Max(v, 0))];
    }

    private static TensorProto Weights(int layer)
    {
        const long Bytes = (long)Width * Width * sizeof(float);
        StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
        return new TensorProto
        {
            Name = $"w{layer}", Dims = { Width, Width }, DataType = 1, DataLocation = 1,
            ExternalData = { Entry("location", "big.weights"), Entry("offset", $"{layer * Bytes}"), Entry("length", $"{Bytes}") },
        };
    }

    private static ValueInfoProto Port(string name) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = 1,
            Shape = new TensorShapeProto { Dim = { new DimensionProto { DimValue = 1 }, new DimensionProto { DimValue = Width } } } } },
    };
}
