using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Packing;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Precision;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Products: constant weights are packed and run as Gemm in the precision chosen, others one batch entry after another.</summary>
internal sealed class MatMulLowering : OpLowering<MatMul>
{
    public static WeightMatrix Weights(Node node, Func<int, int> rowOrder) => WeightMatrix.OfMatMul(node.Input(1).Constant!, rowOrder) with { Steps = ModelQuantization.OfWeights(node) };

    protected override void Lower(Node node, MatMul op, LoweringContext context)
    {
        if (node.HasConstantWeights())
        {
            Gemm(node, op, context);
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
        var weights = Weights(node, RowOrder(layout));
        var rows = IntExpr.Product(x.Shape.SkipLast(1));
        var shape = new PlanArgument.Sizes("IGemmShape", new([new("M", rows), new("N", weights.Columns), new("K", weights.Rows)]));
        string comment = $"{rows} × {weights.Rows} → {weights.Columns}: {context.Precisions[node].Description}{Functions.Then(op.Activation)}";
        ProductStep.Add(node, context, new ProductStep.Parts("Gemm", shape, layout, Layout.RowMajor, [weights], weights.Columns, op.Activation, comment, Padding: false));
    }

    /// <summary>The model's row for each row in memory order.</summary>
    private static Func<int, int> RowOrder(Layout layout)
    {
        if (layout is not Layout.Flat flat)
        {
            return row => row;
        }

        int channels = (int)flat.ChannelCount.Value, positions = (int)flat.PositionCount.Value;
        return row => ((row % channels) * positions) + (row / channels);
    }
}
