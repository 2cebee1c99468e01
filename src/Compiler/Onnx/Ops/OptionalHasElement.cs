using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Whether there is an input: known when the model is built, as a tensor is never absent in a run. Opset 15, 18 (tensors, no input).
/// </summary>
internal static class OptionalHasElement
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        [GraphBuilder.Constant(node.OutputName(0), Tensor.Create<bool>(ElementType.Bool, [node.InputOrNull(0) is not null]))];
}
