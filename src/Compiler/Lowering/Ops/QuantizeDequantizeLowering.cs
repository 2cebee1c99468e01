using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Quantized values, which stay so where every reader takes them in one order; elsewhere they become floats again.</summary>
internal sealed class QuantizeDequantizeLowering : OpLowering<QuantizeDequantize>
{
    protected override void Lower(Node node, QuantizeDequantize op, LoweringContext context)
    {
        var (x, y, parameters, given) = (node.Input(0), node.Output, ModelQuantization.FromModel(op), context.LayoutOf(node.Input(0)));
        var layouts = context.Graph.ConsumersOf(y).Select(reader => Wanted(reader, given)).Distinct().ToArray();
        if (QuantizedOutput.Find(y, layout: null, context) == parameters
            && layouts is [var wanted] && (wanted == given || context.HasFloats(x)))
        {
            context.PlaceQuantized(y, wanted, parameters, context.Read(node, x, wanted, parameters));
            return;
        }

        int innermost = given.Order(x.Rank)[^1];
        var quantized = context.Read(node, x, given, parameters);
        context.Call(node, "Dequantize.Run", $"the values of codes 0…{parameters.Maximum}", quantized, context.Create(y, given),
            Int(IntExpr.Product(x.Shape.Where((_, d) => d != innermost))), Int(x.Shape[innermost]),
                new PlanArgument.Single(parameters.Scale), Int(parameters.ZeroPoint));
    }

    /// <summary>The order in which a reader of quantized values takes them.</summary>
    private static Layout Wanted(Node reader, Layout given) => reader.Op switch
    {
        MatMul => given is Layout.Flat ? given : Layout.RowMajor,
        QuantizeDequantize => given,
        _ => Layout.ChannelsLast,
    };
}
