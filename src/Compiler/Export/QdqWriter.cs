using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;

namespace MixPrec.Compiler.Export;

/// <summary>Writes the nodes of a skeleton with QuantizeLinear and DequantizeLinear around those that read bytes.</summary>
/// <param name="parameters">Of the values that are unsigned bytes, and of right-hand sides, which are signed.</param>
internal sealed class QdqWriter(GraphProto target, ByteValues bytes, Func<string, bool, QuantizationParameters> parameters,
    IReadOnlyDictionary<Node, ExportedWeights> weights, HashSet<string> taken)
{
    private const int Integer = 2;

    private readonly Dictionary<(string Name, bool IsRight), string> _dequantized = [];

    public void AddInput(string name) => AddPairs(name, name);

    public void Add(SkeletonNode node)
    {
        var proto = node.Proto.Clone();
        bool isByte = bytes.IsByte(node);
        for (int i = 0; i < proto.Input.Count; i++)
        {
            bool readsBytes = isByte && node.DataInputs.Contains(i) && !bytes.IsClampedAway(node, i);
            if (readsBytes && _dequantized.TryGetValue((proto.Input[i], ByteValues.IsRight(node, i)), out var pair))
            {
                proto.Input[i] = pair;
            }
        }

        if (node.Layer is { } layer && weights.TryGetValue(layer, out var own))
        {
            AddWeights(proto, layer, own, parameters(layer.Input(0).Name, false).Scale);
        }

        string[] names = [.. proto.Output];
        for (int i = 0; i < names.Length; i++)
        {
            if (bytes.Written.Contains(names[i]))
            {
                proto.Output[i] = Unique(names[i] + "/float");
            }
        }

        target.Node.Add(proto);
        foreach (var (name, written) in names.Zip(proto.Output))
        {
            AddPairs(name, written);
        }
    }

    /// <param name="source">The value as floats: another than <paramref name="name"/> where nobody else reads it.</param>
    private void AddPairs(string name, string source)
    {
        if (bytes.Values.Contains(name))
        {
            AddPair(name, source, source == name ? Unique(name + "/dequantized") : name, isRight: false);
        }

        if (bytes.Rights.Contains(name))
        {
            AddPair(name, name, Unique(name + "/rhs/dequantized"), isRight: true);
        }
    }

    private void AddPair(string name, string source, string result, bool isRight)
    {
        var p = parameters(name, isRight);
        string scale = Constant(result + "/scale", Tensor.Create([p.Scale]));
        string zero = Constant(result + "/zero_point", isRight ? Tensor.Create<sbyte>(ElementType.I8, [(sbyte)p.ZeroPoint], [])
            : Tensor.Create<byte>(ElementType.U8, [(byte)p.ZeroPoint], []));
        string quantized = Unique(result + "/quantized");
        AddNode("QuantizeLinear", quantized, source, scale, zero);
        AddNode("DequantizeLinear", result, quantized, scale, zero);
        _dequantized[(name, isRight)] = result;
    }

    private void AddWeights(NodeProto proto, Node layer, ExportedWeights own, float activationScale)
    {
        string name = layer.Name + "/weights";
        string scale = Constant(name + "/scale", Tensor.Create([.. own.Scales], own.Scales.Count));
        string zero = Constant(name + "/zero_point", Tensor.Zeros(ElementType.I8, own.Scales.Count));
        proto.Input[1] = Unique(name);
        AddNode("DequantizeLinear", proto.Input[1], Constant(name + "/quantized", own.Values), scale, zero).Attribute
            .Add(Axis(own.Axis));
        if (proto.Input.Count < 3)
        {
            return;
        }

        string bias = layer.Name + "/bias";
        if (own.Bias(layer.Input(2).Constant!, activationScale) is not var (values, units))
        {
            proto.Input[2] = Constant(bias, layer.Input(2).Constant!);
            return;
        }

        proto.Input[2] = Unique(bias);
        AddNode("DequantizeLinear", proto.Input[2], Constant(bias + "/quantized", values), Constant(bias + "/scale", units),
            Constant(bias + "/zero_point", Tensor.Zeros(ElementType.I32, own.Scales.Count))).Attribute.Add(Axis(0));
    }

    private static AttributeProto Axis(int axis) => new() { Name = "axis", Type = Integer, I = axis };

    private NodeProto AddNode(string operation, string output, params IEnumerable<string> inputs)
    {
        var node = new NodeProto { Name = $"{output}/{operation}", OpType = operation, Input = { inputs }, Output = { output } };
        target.Node.Add(node);
        return node;
    }

    private string Constant(string name, Tensor value)
    {
        string unique = Unique(name);
        target.Initializer.Add(TensorWriter.ToProto(unique, value));
        return unique;
    }

    private string Unique(string name)
    {
        string unique = name;
        for (int i = 2; !taken.Add(unique); i++)
        {
            unique = $"{name}_{i}";
        }

        return unique;
    }
}
