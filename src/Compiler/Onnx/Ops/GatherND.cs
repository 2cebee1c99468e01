using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Picks slices by tuples of indices. Opset 11, 12 (batch_dims), 13 (bf16).</summary>
internal static class GatherND
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        long batch = node.Attributes.Int("batch_dims") ?? 0;
        return batch is >= 0 and <= int.MaxValue
            ? [node.Add(new Graphs.Ops.GatherND((int)batch), node.Input(0), node.Input(1, ElementType.I64))]
            : throw node.Invalid($"batch_dims is {batch}");
    }
}
