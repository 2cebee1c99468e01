using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Elementwise functions of one argument, in whatever order the input lies.</summary>
internal sealed class UnaryLowering : OpLowering<Unary>
{
    protected override void Lower(Node node, Unary op, LoweringContext context)
    {
        bool isDouble = node.Output.Type.Element == ElementType.F64 && op.Function.HasDouble;
        if (!isDouble)
        {
            ElementRule.RequireFloat(node);
        }

        var layout = context.LayoutOf(node.Input(0));
        context.Call(node, isDouble ? "MapDoubles.Run" : "Map.Run", op.Function.Kind.ToString(),
            Functions.Activation(op.Function), context.Read(node, node.Input(0), layout), context.Create(node.Output, layout),
                Int(node.Output.Type.Length));
    }
}
