using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// In inference the input itself; the mask is all true (before opset 10 all ones). Opset 7 (ratio is an attribute), 10, 12 (ratio and
/// training_mode are inputs), 13, 22. Training is supported with the ratio 0 only.
/// </summary>
internal static class Dropout
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        node.Attributes.Ignore("ratio", "seed");
        if (node.ConstantNumber(2) is not (null or 0) && node.ConstantNumber(1) is not 0)
        {
            throw node.NotSupported("training_mode");
        }

        var x = node.Input(0);
        return node.IsOutputUsed(1) ? [x, Mask(node, x)] : [x];
    }

    private static Value Mask(OnnxNode node, Value x)
    {
        var one = Tensor.Zeros(node.Opset < 10 ? x.Type.Element : ElementType.Bool);
        return ElementConversion.TryConvert(Tensor.Create([1L], 1), one, 0)
            ? node.Add(1, new Graphs.Ops.Expand(x.Shape), node.Constant("kept", one))
            : throw node.NotSupported("a mask of this type");
    }
}
