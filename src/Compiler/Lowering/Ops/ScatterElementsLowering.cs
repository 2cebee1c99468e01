using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Writes single elements along a dimension.</summary>
internal sealed class ScatterElementsLowering : OpLowering<ScatterElements>
{
    protected override void Lower(Node node, ScatterElements op, LoweringContext context)
    {
        var (x, indices, updates) = (node.Input(0), node.Input(1), node.Input(2));
        PlanArgument[] arguments =
        [
            context.Read(node, x, Layout.RowMajor), context.Read(node, indices, Layout.RowMajor),
                context.Read(node, updates, Layout.RowMajor), context.Create(node.Output, Layout.RowMajor),
            Ints(x.Shape), Ints(indices.Shape), Int(op.Axis),
        ];
        if (op.Join is not { } join)
        {
            context.Call(node, "ScatterElements.Run", $"writes elements along dimension {op.Axis}", arguments);
            return;
        }

        ElementRule.RequireNumber(node);
        context.Call(node, "ScatterElements.Join", $"joins elements along dimension {op.Axis}: {join}",
            [Functions.Binary(join), .. arguments]);
    }
}
