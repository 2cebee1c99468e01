using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Walks through decision trees.</summary>
internal sealed class TreeEnsembleLowering : OpLowering<TreeEnsemble>
{
    protected override void Lower(Node node, TreeEnsemble op, LoweringContext context)
    {
        ElementRule.Require(node, ElementType.F32, ElementType.F64);
        var (x, roots) = (node.Input(0), node.Input(1));
        context.Call(node, "TreeEnsemble.Run",
            $"{roots.Shape[0]} trees of {node.Input(2).Shape[0]} nodes, {op.Join.ToString().ToLowerInvariant()} of their leaves",
            [New($"Leaf{op.Join}"), .. node.Inputs.Select(i => context.Read(node, i!, Layout.RowMajor)),
                context.Create(node.Output, Layout.RowMajor),
            Int(x.Shape[0]), Int(x.Shape[1]), Int(roots.Shape[0]), Int(op.Outputs)]);
    }
}
