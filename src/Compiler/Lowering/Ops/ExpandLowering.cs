using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Repeats by broadcasting.</summary>
internal sealed class ExpandLowering : OpLowering<Expand>
{
    protected override void Lower(Node node, Expand op, LoweringContext context)
    {
        var (x, y) = (node.Input(0), node.Output);
        context.Call(node, "Copy.Strided", "repeats the input", CopyArguments(
            context.Read(node, x, Layout.RowMajor), context.Create(y, Layout.RowMajor), y.Shape, Broadcasting.Strides(x.Shape, y.Rank), Layout.RowMajor.Strides(y.Shape)));
    }
}
