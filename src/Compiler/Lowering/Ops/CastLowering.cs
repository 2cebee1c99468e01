using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Converts element types, in whatever order the input lies.</summary>
internal sealed class CastLowering : OpLowering<Graphs.Ops.Cast>
{
    protected override void Lower(Node node, Graphs.Ops.Cast op, LoweringContext context)
    {
        var layout = context.LayoutOf(node.Input(0));
        var (from, length, comment) = (node.Input(0).Type.Element, Int(node.Output.Type.Length), $"converts to {op.To}");
        var (x, y) = (context.Read(node, node.Input(0), layout), context.Create(node.Output, layout));
        if (from.IsFloatCode())
        {
            context.Call(node, "FloatCodes.Decode", comment, New(from.ToString()), x, y, length);
        }
        else if (op.To.IsFloatCode())
        {
            context.Call(node, "FloatCodes.Encode", comment, New(op.To.ToString()), x, y, new PlanArgument.Flag(op.Saturate),
                new PlanArgument.EnumMember(nameof(CodeRounding), op.Rounding.ToString()), length);
        }
        else if (op.To.Carrier() is not null)
        {
            context.Call(node, "LowBits.Run", comment, x, y, Int(op.To.Bits()), length);
        }
        else
        {
            context.Call(node, "Cast.Run", comment, x, y, length);
        }
    }
}
