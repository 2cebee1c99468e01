using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// Image, class and box (I64 [count, 3]) of the boxes that no better box of their class overlaps. Inputs: boxes [N, S, 4], scores [N, C,
/// S], most boxes of a class (I64), IoU above which a box is suppressed, and score that a box has to exceed (null for none); the last three
/// have one element.
/// </summary>
/// <param name="Centered">A box is centre x, centre y, width, height; else two corners y, x, y, x.</param>
internal sealed record NonMaxSuppression(string Count, bool Centered) : Op
{
    public override IReadOnlyList<string> Counts => [Count];

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (boxes, scores) = (inputs[0]!, inputs[1]!);
        return boxes.Rank == 3 && scores.Rank == 3
            && inputs.Skip(2).All(i => i is null || i.Length == IntExpr.One)
            ? [new(ElementType.I64, [IntExpr.Count(Count), 3])]
            : throw new ShapeException($"scores {scores} do not fit boxes {boxes}, or a limit has not one element");
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs)
    {
        var (boxes, scores) = (inputs[0]!, inputs[1]!);
        return [(boxes.Shape[0], scores.Shape[0]), (boxes.Shape[1], scores.Shape[2]), (boxes.Shape[2], 4)];
    }
}
