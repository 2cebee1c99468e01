using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Positions among known keys.</summary>
internal sealed class KeySearchLowering : OpLowering<KeySearch>
{
    protected override void Lower(Node node, KeySearch op, LoweringContext context)
    {
        var (x, keys) = (node.Input(0), node.Input(1));
        context.Call(node, "KeySearch.Run", $"positions among {keys.Shape[0]} keys",
            ElementRule.AsNumber(node, context.Read(node, x, Layout.RowMajor)),
                ElementRule.AsNumber(node, context.Read(node, keys, Layout.RowMajor)),
            context.Create(node.Output, Layout.RowMajor), Int(x.Type.Length), Int(keys.Shape[0]), new PlanArgument.Flag(op.Required));
    }
}
