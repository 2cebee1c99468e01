using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering.Packing;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Precision;
using MixPrec.Diagnostics;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering;

/// <summary>The step of a Gemm or a Conv with packed weights in the precision chosen for its node.</summary>
internal static class ProductStep
{
    /// <param name="Kernel">Class of the runtime.</param>
    /// <param name="Groups">The weights of each group, packed one after another.</param>
    /// <param name="Columns">Output columns (channels) of all groups.</param>
    /// <param name="Padding">True when the kernel reads zero-point bytes outside the input.</param>
    public sealed record Parts(
        string Kernel, PlanArgument Shape, Layout Input, Layout Output, IReadOnlyList<WeightMatrix> Groups, int Columns, UnaryFunction? Activation, string Comment, bool Padding);

    public static void Add(Node node, LoweringContext context, Parts parts)
    {
        var precision = context.Precisions[node];
        if (precision.Second is { } second)
        {
            TwoPassStep.Add(node, context, parts, second);
            return;
        }

        var bias = Bias(node, context, parts.Columns);
        var activation = Functions.Activation(parts.Activation);
        RequireFit(node, precision, parts.Groups);
        if (precision.QuantizesLhs)
        {
            var grid = context.Ranges.Quantization(node, precision);
            var x = context.Read(node, node.Input(0), parts.Input, grid);
            var weights = new QuantizedWeights(parts.Groups.Single());
            PlanArgument[] padding = parts.Padding ? [context.Weights.Add<byte>(ElementType.U8, PaddingBytes(parts.Groups[0].Channels, grid))] : [];
            // Sums of both widths are the same integers: where another order of the weights is not proven, int32 takes its place.
            var proof = precision.Accumulator == ElementType.I16 ? weights.Proof(precision.LhsMaximum) : null;
            string method = proof is not null ? "U8S8Blocks" : precision.LhsMaximum <= PrecisionConfig.I8A7.LhsMaximum ? "U7S8" : "U8S8";
            context.Call(node, $"{parts.Kernel}.{method}", parts.Comment + (precision == ModelQuantization.Of(node) ? "; precision and scales are the model's" : "") + (proof is null ? "" : $"; {proof}"),
                [parts.Shape, .. proof is null ? (PlanArgument[])[] : [Int(proof.Block)], x, .. padding, context.Weights.Add<sbyte>(ElementType.I8, weights.Packed),
                 context.Weights.AddPadded<int>(ElementType.I32, weights.Correction(grid), PanelPacker.PanelColumns),
                 context.Weights.AddPadded<float>(ElementType.F32, [.. weights.Scales.Select(s => s * grid.Scale)], PanelPacker.PanelColumns), bias, activation, StoreOf(node, context, parts)]);
            return;
        }

        var lhs = context.Read(node, node.Input(0), parts.Input);
        var rhs = precision == PrecisionConfig.BF16
            ? context.Weights.Add<ushort>(ElementType.U16, PanelPacker.PackBF16(parts.Groups))
            : context.Weights.Add<float>(ElementType.F32, PanelPacker.PackF32(parts.Groups));
        context.Call(node, $"{parts.Kernel}.{(precision == PrecisionConfig.BF16 ? "BF16" : "F32")}", parts.Comment,
            parts.Shape, lhs, rhs, bias, activation, StoreOf(node, context, parts));
    }

    /// <inheritdoc cref="RequireFit(Node, long)"/>
    public static void RequireFit(Node node, PrecisionConfig precision, IReadOnlyList<WeightMatrix> groups) =>
        RequireFit(node, groups.Sum(precision.QuantizesRhs ? PanelPacker.LengthS8 : precision == PrecisionConfig.BF16 ? PanelPacker.LengthBF16 : PanelPacker.LengthF32) * precision.Rhs.Size());

    /// <exception cref="MixPrecException">MXP3008: one constant would be larger than an array can be.</exception>
    public static void RequireFit(Node node, long bytes)
    {
        if (bytes > Array.MaxLength)
        {
            throw new MixPrecException(DiagnosticCatalog.ShapeUnsupported, null, PrintableName.Of(node.Name), node.Op.Kind, "its weights, packed for its kernel, are larger than 2 GiB");
        }
    }

    /// <summary>The bias, zeros where there is none, padded to whole panels.</summary>
    public static PlanArgument Bias(Node node, LoweringContext context, int columns) =>
        context.Weights.AddPadded<float>(ElementType.F32, node.InputOrNull(2)?.Constant is { } bias ? bias.Span<float>() : new float[columns], PanelPacker.PanelColumns);

    /// <summary>Floats, or codes when every reader takes the same ones; among the columns of a wider value where a Concat would put them there.</summary>
    public static PlanArgument StoreOf(Node node, LoweringContext context, Parts parts)
    {
        var joined = JoinedOutput.Of(node.Output, context.Graph);
        int columns = joined?.Columns ?? parts.Columns;
        var grid = QuantizedOutput.Of(node.Output, context);
        var whole = joined is null ? context.Create(node.Output, parts.Output, grid) : context.CreateOnce(joined.Whole, parts.Output, grid);
        var at = whole with { Offset = whole.Offset + ((joined?.First ?? 0) * whole.Type.Size()) };
        if (grid is not { } codes)
        {
            return New("StoreF32", at, Int(columns));
        }

        int stride = (columns + Form.ByteGroup - 1) / Form.ByteGroup * Form.ByteGroup;
        return New("StoreU8", at, Int(stride), new PlanArgument.Single(codes.Scale), Int(codes.ZeroPoint), Int(codes.Maximum));
    }

    private static byte[] PaddingBytes(int channels, AffineQuantization grid) => [.. Enumerable.Repeat((byte)grid.ZeroPoint, (channels + Form.ByteGroup - 1) / Form.ByteGroup * Form.ByteGroup)];
}
