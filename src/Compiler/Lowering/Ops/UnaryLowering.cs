using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Elementwise functions of one argument, in whatever order the input lies.</summary>
internal sealed class UnaryLowering : OpLowering<Unary>
{
    protected override void Lower(Node node, Unary op, LoweringContext context)
    {
        ElementRule.RequireFloat(node);
        var layout = context.LayoutOf(node.Input(0));
        context.Call(node, "Map.Run", op.Function.Kind.ToString(),
            Functions.Activation(op.Function), context.Read(node, node.Input(0), layout), context.Create(node.Output, layout), Int(node.Output.Type.Length));
    }
}
