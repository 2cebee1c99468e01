using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Repeats positions of a dimension, in whatever order the input lies.</summary>
internal sealed class RepeatLowering : OpLowering<Repeat>
{
    protected override void Lower(Node node, Repeat op, LoweringContext context)
    {
        var x = node.Input(0);
        var line = AxisInMemory.Locate(x, op.Axis, context);
        context.Call(node, "Repeat.Run", $"each position of dimension {op.Axis} {op.Times} times",
            context.Read(node, x, line.Layout), context.Create(node.Output, line.Layout), Int(line.Outer), Int(x.Shape[op.Axis]),
                Int(op.Times), Int(line.Inner));
    }
}
