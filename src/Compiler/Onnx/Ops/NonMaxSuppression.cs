using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Boxes that no better one of their class overlaps. Opset 10, 11.</summary>
internal static class NonMaxSuppression
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        Value boxes = node.Input(0, ElementType.F32), scores = node.Input(1, ElementType.F32);
        var most = node.InputOrNull(2) is { } given ? node.Require(given, ElementType.I64) : node.Constant("most", Tensor.Create([0L]));
        var overlap = node.InputOrNull(3) is { } limit
            ? node.Require(limit, ElementType.F32) : node.Constant("overlap", Tensor.Create([0f]));
        var score = node.InputOrNull(4) is { } least ? node.Require(least, ElementType.F32) : null;
        bool centered = node.Attributes.Flag("center_point_box");
        if (boxes.Rank != 3 || scores.Rank != 3)
        {
            throw node.Invalid($"boxes {boxes.Type} or scores {scores.Type} have not three dimensions");
        }

        var perClass = most.Constant is { Length: 1 } known ? IntExpr.Min(boxes.Shape[1], Math.Max(0, known.ToInt64()[0])) : boxes.Shape[1];
        string count = node.Count(0, scores.Shape[0] * scores.Shape[1] * perClass);
        return [node.Add(new Graphs.Ops.NonMaxSuppression(count, centered), boxes, scores, most, overlap, score)];
    }
}
