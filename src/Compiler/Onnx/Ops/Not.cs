using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = ¬x, that is x = false. Opset 1.</summary>
internal static class Not
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        [node.Add(new Compare(CompareKind.Equal), node.Input(0, ElementType.Bool), node.Constant("false", Tensor.Zeros(ElementType.Bool)))];
}
