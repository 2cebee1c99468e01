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
        Proto.Graph.Input.Add(new ValueInfoProto { Name = name, Type =
            new TypeProto { TensorType = new TensorTypeProto { ElemType = type.ToCode(), Shape = shape } } });
        return this;
    }

    /// <summary>The version of another domain than the standard one.</summary>
    public TinyModel Domain(string name, int version)
    {
        Proto.OpsetImport.Add(new OperatorSetIdProto { Domain = name, Version = version });
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

    public TinyModel Integers(string name, params long[] elements) => Initializer(name, Tensor.Create(elements, elements.Length));

    /// <param name="signature"><c>"y z = Op a b"</c>; <c>_</c> stands for an absent input or output.</param>
    public TinyModel Node(string signature, params AttributeProto[] attributes)
    {
        string[] sides = signature.Split(" = "), words = sides[1].Split(' ');
        string[] op = words[0].Split(':');
        var node = new NodeProto { Name = op[^1] + "_" + sides[0].Split(' ')[0], OpType = op[^1], Domain = op.Length > 1 ? op[0] : "" };
        node.Output.AddRange(sides[0].Split(' ').Select(w => w == "_" ? "" : w));
        node.Input.AddRange(words.Skip(1).Select(w => w == "_" ? "" : w));
        node.Attribute.AddRange(attributes);
        Proto.Graph.Node.Add(node);
        return this;
    }

    /// <summary>Adds a local function.</summary>
    /// <param name="signature">As of a node that calls it: <c>"y = custom:Block x w"</c>; names behind a slash are attributes without
    /// defaults: <c>"y = custom:Block x /axis"</c>.</param>
    public TinyModel Function(string signature, Func<TinyModel, TinyModel> body, int opset = 17, string overload = "",
        params AttributeProto[] defaults)
    {
        string[] sides = signature.Split(" = "), words = sides[1].Split(' '), op = words[0].Split(':');
        using var content = body(new TinyModel(opset));
        var function = new FunctionProto { Name = op[1], Domain = op[0], Overload = overload, Node = { content.Proto.Graph.Node } };
        function.Output.AddRange(sides[0].Split(' '));
        function.Input.AddRange(words.Skip(1).Where(w => w[0] != '/'));
        function.Attribute.AddRange(words.Skip(1).Where(w => w[0] == '/').Select(w => w[1..]));
        function.AttributeProto.AddRange(defaults);
        function.OpsetImport.AddRange([.. content.Proto.OpsetImport, new OperatorSetIdProto { Domain = op[0], Version = 1 }]);
        Proto.Functions.Add(function);
        return this;
    }

    /// <summary>In a function: the attribute of a node that has the value of the function's.</summary>
    public static AttributeProto Reference(string name, string attribute, int type) =>
        new() { Name = name, RefAttrName = attribute, Type = type };

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = 2, I = value };

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = 1, F = value };

    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, Type = 3, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Attribute(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 7 };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    public static AttributeProto Attribute(string name, Tensor value) =>
        new() { Name = name, Type = 4, T = TensorWriter.ToProto("", value) };

    public string Save()
    {
        File.WriteAllBytes(FilePath, Proto.ToByteArray());
        return FilePath;
    }

    public ImportedModel Read(string dimensions = "") => OnnxModelReader.Read(Save(), DimensionBindings.Parse(dimensions));

    public Graph Graph(string dimensions = "") => Read(dimensions).Graph;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
