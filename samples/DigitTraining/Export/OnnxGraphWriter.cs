using System.Runtime.InteropServices;
using Google.Protobuf;

namespace DigitTraining.Export;

/// <summary>
/// Writes an ONNX model message by message. Field numbers are those of onnx.proto (ModelProto, GraphProto, NodeProto,
/// AttributeProto, TensorProto, ValueInfoProto); what this writer cannot say, this sample's network does not need.
/// </summary>
internal sealed class OnnxGraphWriter
{
    private const int OpsetVersion = 17;
    private const int FloatElements = 1;

    private readonly List<byte[]> _nodes = [];
    private readonly List<byte[]> _initializers = [];

    /// <summary>
    /// Adds a node with one output and returns the output's name, by default made from the node's. Attributes are <c>long</c>,
    /// <c>long[]</c> or <c>float</c>.
    /// </summary>
    public string Node(string name, string operation, string[] inputs, (string Name, object Value)[]? attributes = null, string? output = null)
    {
        output ??= name + "_output_0";
        _nodes.Add(Message(node =>
        {
            foreach (string input in inputs)
            {
                node.Text(1, input);
            }

            node.Text(2, output);
            node.Text(3, name);
            node.Text(4, operation);
            foreach (var (attribute, value) in attributes ?? [])
            {
                node.Bytes(5, Attribute(attribute, value));
            }
        }));
        return output;
    }

    /// <summary>Adds float weights and returns their name.</summary>
    public string Initializer(string name, ReadOnlySpan<float> values, ReadOnlySpan<long> shape)
    {
        byte[] raw = MemoryMarshal.AsBytes(values).ToArray();
        long[] sizes = shape.ToArray();
        _initializers.Add(Message(tensor =>
        {
            foreach (long size in sizes)
            {
                tensor.Number(1, size);
            }

            tensor.Number(2, FloatElements);
            tensor.Text(8, name);
            tensor.Bytes(9, raw);
        }));
        return name;
    }

    /// <summary>Writes the model with one float input and one float output; a string in a shape is the name of a dimension known at run time.</summary>
    public void Write(string path, string graphName, (string Name, object[] Shape) input, (string Name, object[] Shape) output)
    {
        byte[] graph = Message(message =>
        {
            _nodes.ForEach(node => message.Bytes(1, node));
            message.Text(2, graphName);
            _initializers.ForEach(tensor => message.Bytes(5, tensor));
            message.Bytes(11, Value(input.Name, input.Shape));
            message.Bytes(12, Value(output.Name, output.Shape));
        });
        File.WriteAllBytes(path, Message(model =>
        {
            model.Number(1, 8); // IR version 8 goes with opset 17
            model.Text(2, "DigitTraining");
            model.Bytes(7, graph);
            model.Bytes(8, Message(opset => opset.Number(2, OpsetVersion)));
        }));
    }

    private static byte[] Attribute(string name, object value) => Message(attribute =>
    {
        attribute.Text(1, name);
        switch (value)
        {
            case float single:
                attribute.Single(2, single);
                attribute.Number(20, 1);
                break;
            case long integer:
                attribute.Number(3, integer);
                attribute.Number(20, 2);
                break;
            case long[] integers:
                Array.ForEach(integers, integer => attribute.Number(8, integer));
                attribute.Number(20, 7);
                break;
            default:
                throw new ArgumentException($"Attribute '{name}' has the type {value.GetType()}.", nameof(value));
        }
    });

    private static byte[] Value(string name, object[] shape) => Message(value =>
    {
        byte[] sizes = Message(list =>
        {
            foreach (object size in shape)
            {
                list.Bytes(1, Message(dimension =>
                {
                    if (size is string symbol)
                    {
                        dimension.Text(2, symbol);
                    }
                    else
                    {
                        dimension.Number(1, (int)size);
                    }
                }));
            }
        });
        value.Text(1, name);
        value.Bytes(2, Message(type => type.Bytes(1, Message(tensor =>
        {
            tensor.Number(1, FloatElements);
            tensor.Bytes(2, sizes);
        }))));
    });

    private static byte[] Message(Action<Fields> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            write(new Fields(output));
        }

        return stream.ToArray();
    }

    /// <summary>One protobuf message being written, field by field.</summary>
    private readonly struct Fields(CodedOutputStream output)
    {
        public void Number(int field, long value)
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteInt64(value);
        }

        public void Single(int field, float value)
        {
            output.WriteTag(field, WireFormat.WireType.Fixed32);
            output.WriteFloat(value);
        }

        public void Text(int field, string value)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteString(value);
        }

        public void Bytes(int field, byte[] value)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(value));
        }
    }
}
