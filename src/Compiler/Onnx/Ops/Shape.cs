using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// The dimensions of x as integers, known when the model is built up to its symbols. Opset 1, 13, 15 (start, end), 19…25.
/// </summary>
internal static class Shape
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0);
        int start = Bound(node.Attributes.Int("start") ?? 0, x.Rank);
        int end = Bound(node.Attributes.Int("end") ?? x.Rank, x.Rank);
        return [GraphBuilder.Integers(node.OutputName(0), [.. x.Shape.Take(end).Skip(start)])];
    }

    private static int Bound(long axis, int rank) => (int)Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);
}
