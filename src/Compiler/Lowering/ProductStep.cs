using MixPrec.Compiler.ErrorReduction;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;
using Location = MixPrec.Plan.PlanArgument.Location;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;

namespace MixPrec.Compiler.Lowering;

/// <summary>The step of a Gemm or a Conv with packed weights in the precision chosen for its node.</summary>
internal static class ProductStep
{
    /// <param name="Kernel">Class of the runtime.</param>
    /// <param name="Groups">The weights of each group, packed one after another.</param>
    /// <param name="Columns">Output columns (channels) of all groups.</param>
    /// <param name="Padding">True when the kernel reads zero-point bytes outside the input.</param>
    /// <param name="Padded">The input is copied into padding first, of which the shape knows nothing.</param>
    /// <param name="Scratch">Floats that the kernel works in; null for none.</param>
    /// <param name="Rows">Those that are computed; null for all.</param>
    public sealed record Parts(
        string Kernel, PlanArgument Shape, Layout Input, Layout Output, IReadOnlyList<WeightMatrix> Groups, int Columns,
        UnaryFunction? Activation, string Comment, bool Padding, PaddedInput? Padded = null, IntExpr? Scratch = null,
        RowPart? Rows = null);

    public static void Add(Node node, LoweringContext context, Parts parts)
    {
        var precision = context.Precisions[node];
        if (precision.Second is { } second)
        {
            TwoPassStep.Add(node, context, parts, second);
            return;
        }

        var requantized = RequantizedOutput.Find(node, parts.Output, parts.Activation, context);
        var bias = Bias(node, context, parts.Columns, requantized);
        var activation = Functions.Activation(requantized is null ? parts.Activation : null);
        RequireFit(node, parts.Groups.Sum(precision.Storage.PackedBytes));
        var parameters = context.Ranges.Parameters(node, precision.Activations);
        var x = Input(node, context, parts, parameters);

        EncodedWeights[] weights = [.. parts.Groups.Select(g =>
            context.Encoded.Of(g.WithRounding(context.Ranges.Rounding(node, precision.Storage)), precision.Storage))];
        PlanArgument[] padding = parts.Padding && parameters is { } known
            ? [context.Weights.Add<byte>(ElementType.U8, PaddingBytes(parts.Groups[0].Channels, known))]
            : [];
        var family = ProductFamilies.FromNode(node) ?? throw new InvalidOperationException($"'{node.Name}' runs in fp32 alone");
        var call = weights[0].Call(family, precision.Activations, precision.Accumulator);
        string model = precision == ModelQuantization.FromModel(node) ? "; precision and scales are the model's" : "";
        string remark = (call.Remark.Length == 0 ? "" : "; " + call.Remark) + Adjustments(node, context, precision);
        context.Call(node, $"{parts.Kernel}.{call.Method}", parts.Comment + model + remark,
            [parts.Shape, .. call.Arguments.Select(a => Int(a)), x, .. padding,
             .. Constants(context, weights, parameters, requantized), bias,
             .. parts.Scratch is { } scratch ? new PlanArgument[] { context.Temporary(ElementType.F32, scratch) } : [], activation,
             StoreOf(node, context, parts, requantized)]);
    }

    /// <summary>Where the activations lie: of the image that is computed, and in their padding if there is one.</summary>
    public static Location Input(Node node, LoweringContext context, Parts parts, QuantizationParameters? parameters)
    {
        if (parts.Rows?.From is { } source)
        {
            return source.At;
        }

        if (parts.Padded is { WindowTaps: > 0 } windows)
        {
            return windows.Windows(node, context, (Conv)node.Op, parameters!.Value);
        }

        var x = context.Read(node, node.Input(0), parts.Input, parameters);
        return parts.Padded is { } padded ? padded.Copy(node, context, node.Input(0), x, parameters!.Value)
            : parts.Rows is { } rows ? x with { Offset = x.Offset + (rows.Image * ImageBytes(node.Input(0), x.Type)) } : x;
    }

    /// <summary>Floats that take as much memory as rows in bfloat16, where the kernel rounds them; null elsewhere.</summary>
    public static IntExpr? Pairs(PrecisionConfig precision, IntExpr rows, IntExpr columns) =>
        precision.RoundsActivations ? rows * IntExpr.CeilDiv(columns, PanelLayout.BF16Pair) : null;

    private static string Adjustments(Node node, LoweringContext context, PrecisionConfig precision) =>
        (context.Ranges.Rounding(node, precision.Storage) is not null ? "; weights rounded on calibration data" : "")
        + (context.Ranges.BiasCorrection(node, precision) is not null ? "; mean error taken off the bias" : "");

    /// <summary>The arrays of all groups one after another, those that depend on the activations last.</summary>
    public static IReadOnlyList<PlanArgument> Constants(LoweringContext context, IReadOnlyList<EncodedWeights> groups,
        QuantizationParameters? activations, RequantizedOutput? output = null)
    {
        var arrays = groups.Select(g => g.Packed.Concat(g.ParameterArrays(activations, output?.Parameters)).ToArray()).ToArray();
        return [.. arrays[0].Select((_, i) => context.Weights.Add(WeightArray.Join([.. arrays.Select(a => a[i])])))];
    }

    /// <exception cref="MixPrecException">MXP3008: one constant would be larger than an array can be.</exception>
    public static void RequireFit(Node node, long bytes)
    {
        if (bytes > Array.MaxLength)
        {
            throw new MixPrecException(DiagnosticCatalog.ShapeUnsupported, null, PrintableName.Format(node.Name), node.Op.Kind,
                "its weights, packed for its kernel, are larger than 2 GiB");
        }
    }

    /// <summary>The bias, zeros where there is none, with what calibration adds to it, padded to whole panels.</summary>
    public static PlanArgument Bias(Node node, LoweringContext context, int columns, RequantizedOutput? output = null)
    {
        float[] bias = CorrectedProduct.BiasOf(node, context.Graph, context.Ranges, context.Precisions, columns);
        return context.Weights.Add(
            WeightArray.OfPanels<float>(ElementType.F32, output is null ? bias : [.. bias.Select(output.Bias)]));
    }

    /// <summary>
    /// Floats, or quantized values when every reader takes the same ones, or both; among the columns of a wider value where a Concat would
    /// put them there; summed up with another value where that is all that becomes of them.
    /// </summary>
    /// <param name="node">The product.</param>
    /// <param name="requantized">Its scales have been made for these bytes.</param>
    public static PlanArgument StoreOf(Node node, LoweringContext context, Parts parts, RequantizedOutput? requantized = null)
    {
        if (parts.Rows?.To is { } to)
        {
            return Store(to, parts.Columns, QuantizedOutput.Find(node.Output, parts.Output, context), requantized);
        }

        if (JoinedOutput.Find(node.Output, context.Graph) is { } joined)
        {
            var known = QuantizedOutput.Find(node.Output, parts.Output, context);
            var whole = context.CreateOnce(joined.Whole, parts.Output, known);
            return Store(whole with { Offset = whole.Offset + (joined.First * whole.Type.Size()) }, joined.Columns, known, requantized,
                Pixels(node.Output, parts));
        }

        if (SummedOutput.Find(node.Output, context) is { } sum)
        {
            context.Fuse(sum.Nodes);
            var addend = context.Read(node, sum.Addend, parts.Output);
            return New("StoreSum.Of", At(addend, Pixels(node.Output, parts) * parts.Columns), Int(parts.Columns),
                Functions.Activation(sum.Activation), StoreOf(sum.Result, context, parts));
        }

        return StoreOf(node.Output, context, parts, requantized);
    }

    private static PlanArgument StoreOf(Value value, LoweringContext context, Parts parts, RequantizedOutput? requantized = null)
    {
        var pixels = Pixels(value, parts);
        if (QuantizedOutput.Find(value, parts.Output, context) is { } shared)
        {
            return Store(context.Create(value, parts.Output, shared), parts.Columns, shared, requantized, pixels);
        }

        var floats = Store(context.Create(value, parts.Output), parts.Columns, null, null, pixels);
        return QuantizedOutput.BesideFloats(value, parts.Output, context) is { } some
            ? New("StoreBoth.Of", floats, Store(context.Create(value, parts.Output, some), parts.Columns, some, null, pixels))
            : floats;
    }

    /// <summary>Pixels before the first one that is computed.</summary>
    private static IntExpr Pixels(Value value, Parts parts) =>
        parts.Rows is { } rows ? ((rows.Image * value.Shape[2]) + rows.First) * value.Shape[3] : 0;

    /// <param name="at">Where pixel 0 goes.</param>
    /// <param name="columns">Of a pixel.</param>
    /// <param name="parameters">Of bytes; null for floats.</param>
    /// <param name="requantized">The scales have been made for these bytes.</param>
    /// <param name="pixels">Before the first one that is stored; null for none.</param>
    private static PlanArgument Store(Location at, int columns, QuantizationParameters? parameters, RequantizedOutput? requantized = null,
        IntExpr? pixels = null)
    {
        int pitch = parameters is null ? columns : PanelLayout.PaddedDepth(columns);
        var first = At(at, (pixels ?? 0) * pitch);
        return requantized is not null
                ? New("StoreRoundedU8", first, Int(pitch), Int(requantized.First), Int(requantized.Last))
            : parameters is { } known
                ? New("StoreU8", first, Int(pitch), new PlanArgument.Single(known.Scale), Int(known.ZeroPoint), Int(known.Maximum))
            : New("StoreF32", first, Int(pitch));
    }

    private static Location At(Location place, IntExpr elements) => place with { Offset = place.Offset + (elements * place.Type.Size()) };

    /// <summary>Of an image, channels last.</summary>
    private static IntExpr ImageBytes(Value x, ElementType type) => x.Shape[2] * x.Shape[3]
        * (type == ElementType.U8 ? IntExpr.RoundUp(x.Shape[1], PanelLayout.ByteGroup) : x.Shape[1]) * type.Size();

    private static byte[] PaddingBytes(int channels, QuantizationParameters parameters) =>
        [.. Enumerable.Repeat((byte)parameters.ZeroPoint, PanelLayout.PaddedDepth(channels))];
}
