using Google.Protobuf;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Writes small model files for tests, in a folder of its own that disappears with it.</summary>
internal sealed class TinyModel : IDisposable
{
    public TinyModel(int opset = 17)
    {
        Folder = Directory.CreateTempSubdirectory("mixprec-onnx-").FullName;
        Proto = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "tiny" } };
        Proto.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
    }

    public string Folder { get; }

    public string FilePath => System.IO.Path.Combine(Folder, "model.onnx");

    public ModelProto Proto { get; }

    /// <summary>Dimensions are sizes, names, or null for one without a name.</summary>
    public TinyModel Input(string name, params object?[] dimensions) => Input(name, ElementType.F32, dimensions);

    public TinyModel Input(string name, ElementType type, params object?[] dimensions)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(dimensions.Select(d => d switch
        {
            int size => new DimensionProto { DimValue = size },
            string symbol => new DimensionProto { DimParam = symbol },
            _ => new DimensionProto(),
        }));
        Proto.Graph.Input.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = type.ToCode(), Shape = shape } } });
        return this;
    }

    public TinyModel Output(string name)
    {
        Proto.Graph.Output.Add(new ValueInfoProto { Name = name });
        return this;
    }

    public TinyModel Initializer(string name, Tensor tensor)
    {
        Proto.Graph.Initializer.Add(TensorWriter.ToProto(name, tensor));
        return this;
    }

    public TinyModel Integers(string name, params long[] elements) => Initializer(name, Tensor.Of(elements, elements.Length));

    /// <param name="signature"><c>"y z = Op a b"</c>; <c>_</c> stands for an absent input or output.</param>
    public TinyModel Node(string signature, params AttributeProto[] attributes)
    {
        string[] sides = signature.Split(" = "), words = sides[1].Split(' ');
        var node = new NodeProto { Name = words[0] + "_" + sides[0].Split(' ')[0], OpType = words[0] };
        node.Output.AddRange(sides[0].Split(' ').Select(w => w == "_" ? "" : w));
        node.Input.AddRange(words.Skip(1).Select(w => w == "_" ? "" : w));
        node.Attribute.AddRange(attributes);
        Proto.Graph.Node.Add(node);
        return this;
    }

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = 2, I = value };

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = 1, F = value };

    public static AttributeProto Attribute(string name, string value) => new() { Name = name, Type = 3, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Attribute(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 7 };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    public static AttributeProto Attribute(string name, Tensor value) => new() { Name = name, Type = 4, T = TensorWriter.ToProto("", value) };

    public string Save()
    {
        File.WriteAllBytes(FilePath, Proto.ToByteArray());
        return FilePath;
    }

    public ImportedModel Read(string dimensions = "") => OnnxModelReader.Read(Save(), DimensionBindings.Parse(dimensions));

    public Graph Graph(string dimensions = "") => Read(dimensions).Graph;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
