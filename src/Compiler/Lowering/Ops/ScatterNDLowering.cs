using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Writes slices at tuples of indices.</summary>
internal sealed class ScatterNDLowering : OpLowering<ScatterND>
{
    protected override void Lower(Node node, ScatterND op, LoweringContext context)
    {
        var (x, indices, updates) = (node.Input(0), node.Input(1), node.Input(2));
        int length = (int)indices.Shape[^1].Value;
        PlanArgument[] arguments =
        [
            context.Read(node, x, Layout.RowMajor), context.Read(node, indices, Layout.RowMajor),
                context.Read(node, updates, Layout.RowMajor), context.Create(node.Output, Layout.RowMajor),
            Int(IntExpr.Product(indices.Shape.SkipLast(1))), Ints(x.Shape.Take(length)), Int(IntExpr.Product(x.Shape.Skip(length))),
        ];
        if (op.Join is not { } join)
        {
            context.Call(node, "ScatterND.Run", $"writes at tuples of {length} indices", arguments);
            return;
        }

        ElementRule.RequireNumber(node);
        context.Call(node, "ScatterND.Join", $"joins at tuples of {length} indices: {join}", [Functions.Binary(join), .. arguments]);
    }
}
