using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Packing;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Precision;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Products: constant weights are packed and run as Gemm in the precision chosen, others as batched MatMul.</summary>
internal sealed class MatMulLowering : OpLowering<MatMul>
{
    public static WeightMatrix Weights(Node node, Func<int, int> rowOrder) => WeightMatrix.OfMatMul(node.Input(1).Constant!, rowOrder) with { Steps = ModelQuantization.OfWeights(node) };

    protected override void Lower(Node node, MatMul op, LoweringContext context)
    {
        if (node.IsQuantizable())
        {
            Gemm(node, op, context);
        }
        else
        {
            Batched(node, op, context);
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

    private static void Batched(Node node, MatMul op, LoweringContext context)
    {
        var (a, b, y) = (node.Input(0), node.Input(1), node.Output);
        var batch = y.Shape.SkipLast(2).ToArray();
        var product = node.InputOrNull(2) is null && op.Activation is null ? context.Create(y, Layout.RowMajor) : context.Temporary(y.Type.Element, y.Type.Length);
        // Only the right-hand side may lie in a buffer that grows: keys and values do.
        var layout = context.GrowingLayoutOf(b) ?? Layout.RowMajor;
        var arguments = new List<PlanArgument>
        {
            Int(y.Shape[^2]), Int(y.Shape[^1]), Int(a.Shape[^1]), context.Read(node, a, Layout.RowMajor), context.Read(node, b, layout), product,
            Ints(batch), Ints(BatchStrides(a, Layout.RowMajor, batch.Length)), Ints(BatchStrides(b, layout, batch.Length)),
        };
        if (layout is Layout.Growing)
        {
            arguments.Add(Int(layout.Strides(b.Shape)[^2]));
        }

        context.Call(node, "MatMul.F32", "product of two activations: fp32 × fp32 → fp32", arguments);
        if (node.InputOrNull(2) is { } bias)
        {
            var sum = op.Activation is null ? context.Create(y, Layout.RowMajor) : context.Temporary(y.Type.Element, y.Type.Length);
            context.Call(node, "Zip.Run", "adds the bias", Functions.Binary(BinaryKind.Add), product, context.Read(node, bias, Layout.RowMajor), sum,
                Ints(y.Type.Length.DivideExactly(y.Shape[^1]) ?? IntExpr.Product(y.Shape.SkipLast(1)), y.Shape[^1]), Ints(y.Shape[^1], 1), Ints(0, 1));
            product = sum;
        }

        if (op.Activation is { } activation)
        {
            context.Call(node, "Map.Run", activation.Kind.ToString(), Functions.Activation(activation), product, context.Create(y, Layout.RowMajor), Int(y.Type.Length));
        }
    }

    private static IEnumerable<IntExpr> BatchStrides(Value operand, Layout layout, int rank)
    {
        var strides = layout.Strides(operand.Shape);
        return [.. Enumerable.Repeat(IntExpr.Zero, rank + 2 - operand.Rank), .. operand.Shape.SkipLast(2).Select((d, i) => d == IntExpr.One ? IntExpr.Zero : strides[i])];
    }
}
