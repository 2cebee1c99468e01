using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Positions of sliding maxima, channels first.</summary>
internal sealed class PoolIndicesLowering : OpLowering<PoolIndices>
{
    protected override void Lower(Node node, PoolIndices op, LoweringContext context)
    {
        var (x, y, windows) = (node.Input(0), node.Output, op.Windows);
        context.Call(node, "PoolIndices.Run", $"positions of maxima over windows of {string.Join("×", windows.Kernel)}",
            context.Read(node, x, Layout.RowMajor), context.Create(y, Layout.RowMajor), Int(x.Shape[0]), Int(x.Shape[1]),
                Ints(x.Shape.Skip(2)), Ints(y.Shape.Skip(2)),
            List(windows.Kernel), List(windows.Strides), List(windows.PadsBegin), List(windows.PadsEnd), List(windows.Dilations),
                new PlanArgument.Flag(op.ColumnMajor));
    }
}
