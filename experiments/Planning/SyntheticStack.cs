using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Options;
using MixPrec.Plan;

namespace MixPrec.Experiments.Planning;

/// <summary>A stack of equal products with ReLU between them, as files that a compilation reads; they disappear with it.</summary>
internal sealed class SyntheticStack : IDisposable
{
    private const int Samples = 96;

    private readonly string _folder = Directory.CreateTempSubdirectory("mixprec-stack-").FullName;

    public SyntheticStack(int layers, int width)
    {
        var random = new Random(layers);
        var graph = new GraphProto { Name = "stack" };
        var shape = new TensorShapeProto { Dim = { new DimensionProto { DimParam = "batch" }, new DimensionProto { DimValue = width } } };
        graph.Input.Add(new ValueInfoProto { Name = "x0", Type =
            new TypeProto { TensorType = new TensorTypeProto { ElemType = ElementType.F32.ToCode(), Shape = shape } } });
        for (int i = 0; i < layers; i++)
        {
            // He's variance keeps values of one size through any number of layers.
            float[] weights = Normal(random, width * width, Math.Sqrt(2.0 / width));
            graph.Initializer.Add(TensorWriter.ToProto($"w{i}", Tensor.Create(weights, width, width)));
            graph.Node.Add(new NodeProto { Name = $"product{i}", OpType = "MatMul", Input = { $"x{i}", $"w{i}" }, Output = { $"p{i}" } });
            graph.Node.Add(new NodeProto { Name = $"relu{i}", OpType = "Relu", Input = { $"p{i}" }, Output = { $"x{i + 1}" } });
        }

        graph.Output.Add(new ValueInfoProto { Name = $"x{layers}" });
        var model = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
        using (var file = File.Create(ModelPath))
        {
            model.WriteTo(file);
        }

        Directory.CreateDirectory(Data);
        using var array = File.Create(Path.Combine(Data, "x0.npy"));
        array.Write(Header(width));
        array.Write(MemoryMarshal.AsBytes<float>(Normal(random, Samples * width, 1)));
    }

    /// <summary>No clock decides.</summary>
    public CompilerOptions Options => new()
    {
        Model = ModelPath, ClassName = "Stack", CalibrationData = Data, LockFile = Path.Combine(_folder, "lock.json"),
        ErrorBudget = 0.02, Objective = Objective.Macs, Mode = BuildMode.Update,
    };

    private string ModelPath => Path.Combine(_folder, "model.onnx");

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] Header(int width)
    {
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({Samples}, {width}), }}");
        const int Before = 10, Alignment = 64;
        text = text.PadRight(((text.Length + Before) / Alignment * Alignment) + Alignment - Before - 1) + "\n";
        byte[] header = [0x93, .. "NUMPY"u8, 1, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)];
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)text.Length);
        return header;
    }

    private static float[] Normal(Random random, int count, double deviation)
    {
        var numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())), angle = 2 * Math.PI * random.NextDouble();
            numbers[i] = (float)(deviation * radius * Math.Cos(angle));
        }

        return numbers;
    }
}
