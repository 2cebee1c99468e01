using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Boxes that no better one overlaps.</summary>
internal sealed class NonMaxSuppressionLowering : OpLowering<NonMaxSuppression>
{
    protected override void Lower(Node node, NonMaxSuppression op, LoweringContext context)
    {
        var scores = node.Input(1);

        // A threshold that is absent is not read: the overlap stands in its place.
        var threshold = node.InputOrNull(4);
        PlanArgument[] inputs = [.. new[] { node.Input(0), scores, node.Input(2), node.Input(3), threshold ?? node.Input(3) }.Select(v =>
            context.Read(node, v, Layout.RowMajor))];
        context.Count(node, op.Count, "NonMaxSuppression.Run", "picks the boxes that no better one of their class overlaps",
            [.. inputs, context.Create(node.Output, Layout.RowMajor), context.Temporary(ElementType.I32, scores.Shape[2]),
            Int(scores.Shape[0]), Int(scores.Shape[1]), Int(scores.Shape[2]), new PlanArgument.Flag(op.Centered),
                new PlanArgument.Flag(threshold is not null)]);
    }
}
