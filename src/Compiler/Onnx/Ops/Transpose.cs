using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Permutes the dimensions; reverses them when no permutation is given. Opset 1, 13, 21.</summary>
internal static class Transpose
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0);
        return [node.Add(new Graphs.Ops.Transpose(node.Attributes.Sizes("perm") ?? [.. Enumerable.Range(0, x.Rank).Reverse()]), x)];
    }
}
