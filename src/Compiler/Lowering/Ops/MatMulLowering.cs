using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Products: constant weights are packed and run as Gemm in the precision chosen, others one batch entry after another.</summary>
internal sealed class MatMulLowering : OpLowering<MatMul>
{
    protected override void Lower(Node node, MatMul op, LoweringContext context)
    {
        if (node.HasConstantWeights())
        {
            Gemm(node, op, context);
        }
        else if (context.AttentionOf(node) is { } attention)
        {
            attention.Lower(context);
        }
        else
        {
            BatchedProduct.Add(node, op, context);
        }
    }

    private static void Gemm(Node node, MatMul op, LoweringContext context)
    {
        var (x, y) = (node.Input(0), node.Output);
        var layout = context.LayoutOf(x) as Layout.Flat ?? Layout.RowMajor;
        var groups = WeightMatrix.FromNode(node, layout is Layout.Flat flat ? (int)flat.PositionCount.Value : 1);
        var (rows, weights) = (IntExpr.Product(x.Shape.SkipLast(1)), groups.Single());
        var shape = new PlanArgument.Sizes("IGemmShape", new([new("M", rows), new("N", weights.Columns), new("K", weights.Rows)]));
        string comment = $"{rows} × {weights.Rows} → {weights.Columns}: "
            + $"{context.Precisions[node].Description}{Functions.Then(op.Activation)}";
        ProductStep.Add(node, context,
            new ProductStep.Parts("Gemm", shape, layout, Layout.RowMajor, groups, weights.Columns, op.Activation, comment, Padding: false,
                Scratch: ProductStep.Pairs(context.Precisions[node], rows, weights.Rows)));
    }
}
