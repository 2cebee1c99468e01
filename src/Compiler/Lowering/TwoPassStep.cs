using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering.Packing;
using MixPrec.Compiler.Precision;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering;

/// <summary>The step of a Gemm whose badly conditioned components are computed again: it reads its input in codes and in floats.</summary>
internal static class TwoPassStep
{
    public static void Add(Node node, LoweringContext context, ProductStep.Parts parts, SecondPass second)
    {
        var grid = context.Ranges.Quantization(node, second.Low);
        var matrix = parts.Groups.Single();
        var rule = RecomputeRule.Of(second, matrix.Rows);
        ProductStep.RequireFit(node, Math.Max(PanelPacker.LengthS8(matrix), ColumnPacker.Length(matrix) * second.High.Rhs.Size()));
        var weights = new QuantizedWeights(matrix);
        var constants = context.Weights;
        PlanArgument columns = second.High == PrecisionConfig.BF16
            ? constants.Add<ushort>(ElementType.U16, ColumnPacker.PackBF16(matrix))
            : constants.Add<float>(ElementType.F32, ColumnPacker.PackF32(matrix));
        context.Call(node, $"{parts.Kernel}.TwoPass", parts.Comment,
            parts.Shape, Int(second.Low.LhsMaximum <= PrecisionConfig.I8A7.LhsMaximum ? 1 : 0),
            new PlanArgument.Single(second.Tolerance), new PlanArgument.Single((float)rule.Guard(parts.Activation, second.UnitRoundoff)),
            context.Read(node, node.Input(0), parts.Input), context.Read(node, node.Input(0), parts.Input, grid),
            constants.Add<sbyte>(ElementType.I8, weights.Packed), constants.AddPadded<int>(ElementType.I32, weights.Correction(grid), PanelPacker.PanelColumns),
            constants.AddPadded<float>(ElementType.F32, [.. weights.Scales.Select(s => s * grid.Scale)], PanelPacker.PanelColumns), ProductStep.Bias(node, context, parts.Columns),
            constants.AddPadded<float>(ElementType.F32, ColumnPacker.Norms(matrix), PanelPacker.PanelColumns), columns,
            Functions.Activation(parts.Activation), ProductStep.StoreOf(node, context, parts));
    }
}
