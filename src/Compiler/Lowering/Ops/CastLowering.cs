using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Converts element types, in whatever order the input lies.</summary>
internal sealed class CastLowering : OpLowering<Cast>
{
    protected override void Lower(Node node, Cast op, LoweringContext context)
    {
        var layout = context.LayoutOf(node.Input(0));
        context.Call(node, "Cast.Run", $"converts to {op.To}", context.Read(node, node.Input(0), layout), context.Create(node.Output, layout), Int(node.Output.Type.Length));
    }
}
