using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>A tensor of one repeated element (fp32 zero when absent) whose shape is an input. Opset 9, 20, 21.</summary>
internal static class ConstantOfShape
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var shape = node.Integers(0) ?? throw node.Invalid("the shape is missing");
        var element = node.Attributes.Tensor("value") is { } proto ? node.Read(proto) : Tensor.Zeros(ElementType.F32, 1);
        return element.Length != 1 || shape.Any(d => d.IsConstant && d.Value < 0)
            ? throw node.Invalid("it needs one element and a shape without negative numbers")
            : [node.Add(new Graphs.Ops.Expand(shape), node.Constant("element", element.Reshape([])))];
    }
}
