using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Another shape of the same memory; a flattened picture stays channels last when only products with constant weights read it.</summary>
internal sealed class ReshapeLowering : OpLowering<Reshape>
{
    protected override void Lower(Node node, Reshape op, LoweringContext context)
    {
        var (x, y) = (node.Input(0), node.Output);
        if (context.LayoutOf(x) == Layout.ChannelsLast && Flattening.IsFree(node, context.Graph))
        {
            context.Alias(y, x, Flattening.Of(node)!);
            return;
        }

        context.AliasRowMajor(node, y, x);
    }
}
