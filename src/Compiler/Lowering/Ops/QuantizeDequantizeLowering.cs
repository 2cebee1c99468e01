using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Precision;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Codes, which stay codes where every reader takes them in one order; elsewhere they become floats again.</summary>
internal sealed class QuantizeDequantizeLowering : OpLowering<QuantizeDequantize>
{
    protected override void Lower(Node node, QuantizeDequantize op, LoweringContext context)
    {
        var (x, y, grid, given) = (node.Input(0), node.Output, ModelQuantization.Of(op), context.LayoutOf(node.Input(0)));
        var layouts = context.Graph.ConsumersOf(y).Select(reader => Wanted(reader, given)).Distinct().ToArray();
        if (QuantizedOutput.Of(y, context) == grid && layouts is [var wanted] && (wanted == given || context.HasFloats(x)))
        {
            context.PlaceCodes(y, wanted, grid, context.Read(node, x, wanted, grid));
            return;
        }

        int innermost = given.Order(x.Rank)[^1];
        var codes = context.Read(node, x, given, grid);
        context.Call(node, "Dequantize.Run", $"the values of codes 0…{grid.Maximum}", codes, context.Create(y, given),
            Int(IntExpr.Product(x.Shape.Where((_, d) => d != innermost))), Int(x.Shape[innermost]), new PlanArgument.Single(grid.Scale), Int(grid.ZeroPoint));
    }

    /// <summary>The order in which a reader of codes takes them.</summary>
    private static Layout Wanted(Node reader, Layout given) => reader.Op switch
    {
        MatMul => given is Layout.Flat ? given : Layout.RowMajor,
        QuantizeDequantize => given,
        _ => Layout.ChannelsLast,
    };
}
