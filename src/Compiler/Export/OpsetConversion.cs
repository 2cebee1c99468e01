using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Export;

/// <summary>
/// Nodes of older models as version 13 of the standard operators has them, the first one that quantizes with a scale for each channel.
/// </summary>
/// <param name="rankOf">The rank of a value of the model; null where it is not known.</param>
internal sealed class OpsetConversion(string path, long opset, Func<string, int?> rankOf)
{
    public const int Target = 13;

    /// <summary>Operators whose nodes of version 7 and later mean the same in version 13.</summary>
    private static readonly HashSet<string> s_unchanged =
    [
        "Abs", "Acos", "Add", "And", "ArgMax", "ArgMin", "Asin", "Atan", "AveragePool", "BatchNormalization", "Cast", "Ceil", "Concat",
        "Constant", "ConstantOfShape", "Conv", "ConvTranspose", "Cos", "CumSum", "DepthToSpace", "Div", "Elu", "Equal", "Erf", "Exp",
        "Expand", "Flatten", "Floor", "GRU", "Gather", "GatherElements", "Gemm", "GlobalAveragePool", "GlobalMaxPool", "Greater",
        "HardSigmoid", "Identity", "InstanceNormalization", "LRN", "LSTM", "LeakyRelu", "Less", "Log", "LpNormalization", "MatMul", "Max",
        "MaxPool", "Mean", "Min", "Mul", "Neg", "Not", "OneHot", "Or", "PRelu", "Pow", "RNN", "Range", "Reciprocal", "ReduceL1",
        "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSumSquare", "Relu",
        "Reshape", "Round", "Selu", "Shape", "Sigmoid", "Sign", "Sin", "Size", "Softplus", "Softsign", "SpaceToDepth", "Sqrt", "Sub",
        "Sum", "Tan", "Tanh", "Tile", "Transpose", "Where",
    ];

    /// <summary>Operators that got inputs in place of attributes: the version since which a node needs no change.</summary>
    private static readonly Dictionary<string, int> s_since = new()
    {
        ["Clip"] = 11, ["Pad"] = 11, ["Resize"] = 11, ["Slice"] = 10, ["TopK"] = 11, ["Dropout"] = 12, ["Squeeze"] = 13,
        ["Unsqueeze"] = 13, ["ReduceSum"] = 13, ["Split"] = 13, ["Softmax"] = 13, ["LogSoftmax"] = 13, ["ScatterND"] = 11,
    };

    private readonly List<TensorProto> _constants = [];

    /// <summary>Inputs that were attributes.</summary>
    public IReadOnlyList<TensorProto> Constants => _constants;

    /// <summary>Changes a node of the model.</summary>
    /// <exception cref="MixPrecException">MXP1052: it has no such form, or it is not known here.</exception>
    public void Convert(NodeProto node)
    {
        if (opset >= Target || node.Domain is not ("" or "ai.onnx"))
        {
            return;
        }

        if (node.OpType == "BatchNormalization")
        {
            Take(node, "spatial");
        }
        else if (!s_unchanged.Contains(node.OpType) && !(s_since.TryGetValue(node.OpType, out int since) && opset >= since))
        {
            Change(node);
        }
    }

    private void Change(NodeProto node)
    {
        switch (node.OpType)
        {
            case "Squeeze" or "Unsqueeze" or "ReduceSum":
                AddIntegers(node, "axes");
                break;
            case "Split":
                AddIntegers(node, "split");
                break;
            case "Clip":
                AddNumber(node, "min", float.MinValue);
                AddNumber(node, "max", float.MaxValue);
                break;
            case "Dropout" when node.Output.Count == 1:
                node.OpType = "Identity";
                node.Attribute.Clear();
                break;
            case "Softmax" or "LogSoftmax" when rankOf(node.Input[0]) is { } rank
                && (node.Attribute.FirstOrDefault(a => a.Name == "axis")?.I ?? 1) is var axis && (axis == rank - 1 || axis == -1):
                Take(node, "axis");
                break;
            default:
                throw new MixPrecException(DiagnosticCatalog.OpsetTooOld, path, PrintableName.Format(node.Name),
                    PrintableName.Format(node.OpType), opset.ToString(CultureInfo.InvariantCulture), Target);
        }
    }

    private static AttributeProto? Take(NodeProto node, string attribute)
    {
        var found = node.Attribute.FirstOrDefault(a => a.Name == attribute);
        node.Attribute.Remove(found);
        return found;
    }

    private void AddIntegers(NodeProto node, string attribute)
    {
        if (Take(node, attribute) is { } found)
        {
            Add(node, attribute, Tensor.Create([.. found.Ints], found.Ints.Count));
        }
    }

    private void AddNumber(NodeProto node, string attribute, float otherwise) =>
        Add(node, attribute, Tensor.Create([Take(node, attribute)?.F ?? otherwise]));

    private void Add(NodeProto node, string attribute, Tensor value)
    {
        string name = $"{node.Output[0]}/{attribute}";
        node.Input.Add(name);
        _constants.Add(TensorWriter.ToProto(name, value));
    }
}
