using System.Runtime.InteropServices;
using Google.Protobuf;
using MixPrec.Compiler.Onnx.Proto;

namespace DigitTraining.Export;

/// <summary>Writes an ONNX model with one input and one output, node by node.</summary>
internal sealed class OnnxGraphWriter
{
    private const int OpsetVersion = 17;

    /// <summary>Goes with the opset.</summary>
    private const int IrVersion = 8;

    private const int FloatElements = 1;
    private readonly GraphProto _graph = new();

    /// <summary>
    /// Adds a node with one output and returns the output's name, by default made from the node's. Attributes are <c>long</c>,
    /// <c>long[]</c> or <c>float</c>.
    /// </summary>
    public string Node(string name, string operation, string[] inputs, (string Name, object Value)[]? attributes = null,
        string? output = null)
    {
        output ??= name + "_output_0";
        _graph.Node.Add(new NodeProto { Name = name, OpType = operation, Input = { inputs }, Output = { output },
            Attribute = { (attributes ?? []).Select(a => Attribute(a.Name, a.Value)) } });
        return output;
    }

    /// <summary>Adds float weights and returns their name.</summary>
    public string Initializer(string name, ReadOnlySpan<float> values, ReadOnlySpan<long> shape)
    {
        _graph.Initializer.Add(new TensorProto { Name = name, DataType = FloatElements, Dims = { shape.ToArray() },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) });
        return name;
    }

    /// <summary>
    /// Writes the model with one float input and one float output; a string in a shape is the name of a dimension known at run time.
    /// </summary>
    public void Write(string path, string graphName, (string Name, object[] Shape) input, (string Name, object[] Shape) output)
    {
        _graph.Name = graphName;
        _graph.Input.Add(Port(input.Name, input.Shape));
        _graph.Output.Add(Port(output.Name, output.Shape));
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "DigitTraining", Graph = _graph,
            OpsetImport = { new OperatorSetIdProto { Version = OpsetVersion } } };
        File.WriteAllBytes(path, model.ToByteArray());
    }

    /// <summary>The numbers of the types are those of AttributeProto.AttributeType.</summary>
    private static AttributeProto Attribute(string name, object value) => value switch
    {
        float single => new() { Name = name, Type = 1, F = single },
        long integer => new() { Name = name, Type = 2, I = integer },
        long[] integers => new() { Name = name, Type = 7, Ints = { integers } },
        _ => throw new ArgumentException($"Attribute '{name}' has the type {value.GetType()}.", nameof(value)),
    };

    private static ValueInfoProto Port(string name, object[] shape)
    {
        var dimensions = shape
            .Select(size => size is string symbol ? new DimensionProto { DimParam = symbol } : new DimensionProto { DimValue = (int)size });
        return new() { Name = name,
            Type = new() { TensorType = new() { ElemType = FloatElements, Shape = new() { Dim = { dimensions } } } } };
    }
}
