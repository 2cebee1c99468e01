using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = condition ? a : b with broadcasting. Opset 9, 16 (bf16).</summary>
internal static class Where
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        [node.Add(new Graphs.Ops.Where(), node.Input(0, ElementType.Bool), node.Input(1), node.Input(2))];
}
