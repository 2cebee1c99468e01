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

/// <summary>A model and its samples as files that a compilation reads; they disappear with it. Weights lie beside the model.</summary>
internal sealed class SyntheticModel : IDisposable
{
    private const string WeightsFile = "weights.bin";

    private readonly string _folder = Directory.CreateTempSubdirectory("mixprec-model-").FullName;
    private readonly Random _random;
    private readonly GraphProto _graph = new() { Name = "synthetic" };
    private readonly FileStream _weights;

    public SyntheticModel(int seed)
    {
        _random = new Random(seed);
        _weights = File.Create(Path.Combine(_folder, WeightsFile));
        Directory.CreateDirectory(Data);
    }

    public CompilerOptions Options => new()
    {
        Model = Path.Combine(_folder, "model.onnx"), ClassName = "Synthetic", CalibrationData = Data,
        LockFile = Path.Combine(_folder, "lock.json"), ErrorBudget = 0.02, Mode = BuildMode.Update,
    };

    /// <summary>Of all weights.</summary>
    public long Parameters { get; private set; }

    private string Data => Path.Combine(_folder, "data");

    public Random Random => _random;

    public void Input(string name, ElementType type, params ReadOnlySpan<string> shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (string size in shape)
        {
            dimensions.Dim.Add(long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long known)
                ? new DimensionProto { DimValue = known } : new DimensionProto { DimParam = size });
        }

        _graph.Input.Add(new ValueInfoProto { Name = name, Type =
            new TypeProto { TensorType = new TensorTypeProto { ElemType = type.ToCode(), Shape = dimensions } } });
    }

    /// <summary>Normal numbers, in the file beside the model.</summary>
    public string Weight(string name, double deviation, params long[] shape)
    {
        long count = 1;
        foreach (long size in shape)
        {
            count *= size;
        }

        var proto = new TensorProto { Name = name, DataType = ElementType.F32.ToCode(), DataLocation = 1 };
        proto.Dims.Add(shape);
        proto.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = WeightsFile });
        proto.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = Text(_weights.Position) });
        proto.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = Text(count * sizeof(float)) });
        _weights.Write(MemoryMarshal.AsBytes<float>(Normal(checked((int)count), deviation)));
        _graph.Initializer.Add(proto);
        Parameters += count;
        return name;
    }

    public string Constant(string name, Tensor value)
    {
        _graph.Initializer.Add(TensorWriter.ToProto(name, value));
        return name;
    }

    /// <summary>Adds a node with one output, which has its name.</summary>
    public string Node(string name, string op, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { Name = name, OpType = op, Output = { name } };
        node.Input.Add(inputs);
        node.Attribute.Add(attributes);
        _graph.Node.Add(node);
        return name;
    }

    /// <summary>Writes the model file; the weights have been written.</summary>
    public void Finish(string output)
    {
        _graph.Output.Add(new ValueInfoProto { Name = output });
        _weights.Dispose();
        var model = new ModelProto { IrVersion = 8, Graph = _graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
        using var file = File.Create(Options.Model);
        model.WriteTo(file);
    }

    /// <summary>Samples of an input.</summary>
    /// <param name="type">Of the elements, in the words of NumPy.</param>
    public void Samples<T>(string input, string type, T[] elements, params long[] shape) where T : unmanaged
    {
        using var array = File.Create(Path.Combine(Data, $"{input}.npy"));
        array.Write(Header(type, shape));
        array.Write(MemoryMarshal.AsBytes<T>(elements));
    }

    public float[] Normal(int count, double deviation)
    {
        var numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())), angle = 2 * Math.PI * _random.NextDouble();
            numbers[i] = (float)(deviation * radius * Math.Cos(angle));
        }

        return numbers;
    }

    public void Dispose()
    {
        _weights.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static byte[] Header(string type, long[] shape)
    {
        var sizes = new StringBuilder();
        foreach (long size in shape)
        {
            sizes.Append(CultureInfo.InvariantCulture, $"{size}, ");
        }

        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes}), }}";
        const int Before = 10, Alignment = 64;
        text = text.PadRight(((text.Length + Before) / Alignment * Alignment) + Alignment - Before - 1) + "\n";
        byte[] header = [0x93, .. "NUMPY"u8, 1, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)];
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)text.Length);
        return header;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
