using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Repeats by broadcasting.</summary>
internal sealed class ExpandLowering : OpLowering<Expand>
{
    /// <summary>True when the value's only reader repeats it, from wherever its elements lie.</summary>
    public static bool ReadsView(Value value, LoweringContext context) =>
        context.Graph.HasOneUse(value) && context.Graph.ConsumersOf(value)[0].Op is Expand;

    protected override void Lower(Node node, Expand op, LoweringContext context)
    {
        var (x, y) = (node.Input(0), node.Output);
        var (from, strides) = context.ReadView(node, x);
        context.Call(node, "Copy.Strided", "repeats the input", CopyArguments(
            from, context.Create(y, Layout.RowMajor), y.Shape,
            [.. Enumerable.Repeat(IntExpr.Zero, y.Rank - x.Rank),
                .. strides.Select((s, d) => x.Shape[d] == IntExpr.One ? IntExpr.Zero : s)], Layout.RowMajor.Strides(y.Shape)));
    }
}
