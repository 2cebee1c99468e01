using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering;

/// <summary>The step of a Gemm whose badly conditioned components are computed again: it reads its input quantized and in floats.</summary>
internal static class TwoPassStep
{
    public static void Add(Node node, LoweringContext context, ProductStep.Parts parts, SecondPass second)
    {
        var parameters = context.Ranges.Parameters(node, second.Low.Activations);
        var matrix = parts.Groups.Single();
        var rule = RecomputeRule.Create(second, matrix.Rows);
        ProductStep.RequireFit(node,
            Math.Max(second.Low.Storage.PackedBytes(matrix), second.High.Storage.Bytes(channels: 0, ColumnPacker.Length(matrix))));
        var weights = context.Encoded.Of(matrix.WithRounding(context.Ranges.Rounding(node, second.Low.Storage)), second.Low.Storage);
        var columns = second.High.Storage.PackColumns(matrix)
            ?? throw new InvalidOperationException($"no second pass reads {second.High.Storage.Words}");
        var high = context.Weights.Add(columns);
        var (floats, quantized) = (context.Read(node, node.Input(0), parts.Input),
            context.Read(node, node.Input(0), parts.Input, parameters));
        context.Call(node, $"{parts.Kernel}.TwoPass", parts.Comment,
            [parts.Shape, Int(second.Low.Activations.PairsFit16Bits ? 1 : 0),
             new PlanArgument.Single(second.Tolerance), new PlanArgument.Single((float)rule.Guard(parts.Activation, second.UnitRoundoff)),
             floats, quantized, .. ProductStep.Constants(context, [weights], parameters), ProductStep.Bias(node, context, parts.Columns),
             context.Weights.Add(WeightArray.OfPanels<float>(ElementType.F32, ColumnPacker.Norms(matrix))), high,
             Functions.Activation(parts.Activation), ProductStep.StoreOf(node, context, parts)]);
    }
}
