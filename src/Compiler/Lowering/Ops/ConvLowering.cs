using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Diagnostics;
using MixPrec.Plan;
using WinogradConv = MixPrec.Runtime.Kernels.WinogradConv;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>
/// Convolutions, channels last; one spatial dimension is an image of height 1. Run-time weights and three dimensions: channels first, in
/// fp32.
/// </summary>
internal sealed class ConvLowering : OpLowering<Conv>
{
    protected override void Lower(Node node, Conv op, LoweringContext context)
    {
        var (x, w, y) = (node.Input(0), node.Input(1), node.Output);
        if (ProductFamilies.FromNode(node) is null && context.Precisions[node] is var wanted && wanted != PrecisionConfig.F32)
        {
            throw new InvalidOperationException($"'{node.Name}' runs in fp32 alone, not as {wanted}");
        }

        if (!node.HasPackedKernel())
        {
            Direct(node, op, context);
            return;
        }

        if (RowBands.Find(node, context) is not { } bands)
        {
            Packed(node, op, context, null);
            return;
        }

        // Steps that repeat have no memory of their own but the bands, which have to stay. What brings inputs into their form comes before
        // them.
        context.Read(node, x, Layout.ChannelsLast, Parameters(node, context));
        if (bands.Last is { } last && SummedOutput.Find(last.Output, context) is { } sum)
        {
            context.Read(last, sum.Addend, Layout.ChannelsLast);
        }

        bands.Lower(context, (conv, part) => Packed(conv, (Conv)conv.Op, context, part));
    }

    /// <summary>Whether a layer is a convolution that can compute some rows of its result at a time.</summary>
    public static bool TakesRows(Node node, LoweringContext context) => node is { Op: Conv { Strides.Count: 2 } op }
        && node.HasPackedKernel() && context.Precisions[node] is { Second: null, RoundsActivations: false }
        && Padded(node, op, context) is null && !IsWinograd(node, op, context)
        && !node.Input(0).Shape.Concat(node.Output.Shape).Where((_, i) => i % 4 != 0).Any(d => !d.IsConstant);

    /// <param name="part">Rows of one image; null for all.</param>
    private static void Packed(Node node, Conv op, LoweringContext context, RowPart? part)
    {
        var (x, w, y) = (node.Input(0), node.Input(1), node.Output);
        int outputs = checked((int)w.Shape[0].Value);
        string size = string.Join("×", w.Shape.Skip(2));
        string groups = op.Groups > 1 ? $" in {op.Groups} groups" : "";
        string comment = $"{size} convolution, {x.Shape[1]} → {outputs} channels{groups}: "
            + $"{context.Precisions[node].Description}{Functions.Then(op.Activation)}";
        var padded = Padded(node, op, context);
        bool isWinograd = IsWinograd(node, op, context);
        var parts = new ProductStep.Parts(
            node.IsDepthwise() ? "DepthwiseConv" : isWinograd ? "WinogradConv" : "Conv", Shape(op, x, w, y, padded, part),
            Layout.ChannelsLast, Layout.ChannelsLast,
            Weights(node, padded), outputs, op.Activation, comment, Padding: true, padded,
            isWinograd ? WinogradScratch(checked((int)x.Shape[1].Value), context.Precisions[node])
            : ProductStep.Pairs(context.Precisions[node], IntExpr.Product(x.Shape.Where((_, d) => d != 1)), x.Shape[1]), part);
        if (node.IsDepthwise() && !context.Precisions[node].QuantizesActivations)
        {
            Depthwise(node, context, parts);
        }
        else
        {
            ProductStep.Add(node, context, parts);
        }
    }

    private static IReadOnlyList<WeightMatrix> Weights(Node node, PaddedInput? padded) => padded is { WindowTaps: > 0 and var taps }
        ? [.. WeightMatrix.FromNode(node).Select(group => group.WithRowsAsChannels(taps))] : WeightMatrix.FromNode(node);

    private static PaddedInput? Padded(Node node, Conv op, LoweringContext context) =>
        context.Precisions[node] is { QuantizesActivations: true, Second: null, Accumulator: var sums }
            ? PaddedInput.Find(op, node.Input(0), node.Input(1), node.Output, node.IsDepthwise(), sums == ElementType.I32) : null;

    private static QuantizationParameters? Parameters(Node node, LoweringContext context) =>
        context.Ranges.Parameters(node, context.Precisions[node].Activations);

    /// <summary>
    /// Whether the kernel of fewer multiplications takes it; an image that only a run knows is the kernel's own question.
    /// </summary>
    private static bool IsWinograd(Node node, Conv op, LoweringContext context)
    {
        var (w, y) = (node.Input(1), node.Output);
        if (op.Groups > 1 || w.Rank != 4
            || w.Shape.Skip(2).Any(d => d.Value != 3) || op.Strides.Any(s => s != 1) || op.Dilations.Any(d => d != 1))
        {
            return false;
        }

        int inputs = checked((int)w.Shape[1].Value), outputs = checked((int)w.Shape[0].Value);
        bool isOpen = y.Shape.Skip(2).Any(d => !d.IsConstant);
        return context.Precisions[node] == PrecisionConfig.F32
            ? WinogradConv.Takes(inputs, outputs)
                && (isOpen || WinogradConv.IsLargeEnough(y.Shape[2].Value, y.Shape[3].Value, inputs))
            : WinogradConv.TakesBytes(inputs, outputs) && HasSmallSums(node, context)
                && (isOpen || WinogradConv.IsLargeEnoughForBytes(y.Shape[2].Value, y.Shape[3].Value));
    }

    /// <summary>Whether it multiplies bytes, whose sums are within what the kernel of fewer multiplications has.</summary>
    private static bool HasSmallSums(Node node, LoweringContext context) =>
        context.Precisions[node] is { Second: null, NeedsRange: true, Accumulator: ElementType.I32 } precision
        && context.Encoded.Of(WeightMatrix.FromNode(node)[0].WithRounding(context.Ranges.Rounding(node, precision.Storage)),
            precision.Storage) is Int8Weights weights
        && weights.LargestSum * precision.Activations.Maximum < WinogradConv.SumLimit;

    private static int WinogradScratch(int channels, PrecisionConfig precision) =>
        precision == PrecisionConfig.F32 ? WinogradConv.ScratchLength(channels) : WinogradConv.ByteScratchLength(channels);

    private static void Direct(Node node, Conv op, LoweringContext context)
    {
        var (x, w, y) = (node.Input(0), node.Input(1), node.Output);
        if (op.Strides.Count > 3)
        {
            throw new MixPrecException(DiagnosticCatalog.ShapeUnsupported, null, node.Name, node.Op.Kind,
                $"convolution over {op.Strides.Count} dimensions has no kernel, up to three are supported");
        }

        var bias = node.InputOrNull(2) is { } given ? context.Read(node, given, Layout.RowMajor)
            : context.Weights.Add<float>(ElementType.F32, new float[checked((int)w.Shape[0].Value)]);
        context.Call(node, "DirectConv.Run",
            $"{string.Join("×", w.Shape.Skip(2))} convolution, {x.Shape[1]} → {w.Shape[0]} channels: fp32{Functions.Then(op.Activation)}",
            context.Read(node, x, Layout.RowMajor), context.ReadWeights(node, w), bias, Functions.Activation(op.Activation),
                context.Create(y, Layout.RowMajor),
            Int(x.Shape[0]), Int(x.Shape[1]), Int(w.Shape[0]), Int(op.Groups), Ints(x.Shape.Skip(2)), Ints(y.Shape.Skip(2)),
                Ints(w.Shape.Skip(2)),
            List(op.Strides), List(op.PadsBegin), List(op.PadsEnd), List(op.Dilations));
    }

    private static void Depthwise(Node node, LoweringContext context, ProductStep.Parts parts)
    {
        var weights = node.Input(1).Constant!;
        int channels = (int)weights.Shape[0], taps = checked((int)(weights.Length / channels));
        var elements = new float[weights.Length];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                elements[(tap * channels) + channel] = weights.Span<float>()[(channel * taps) + tap];
            }
        }

        SubnormalWeights.SetToZero(elements);
        context.Call(node, "DepthwiseConv.F32", parts.Comment, parts.Shape, ProductStep.Input(node, context, parts, null),
            context.Weights.Add(WeightArray.OfPanels<float>(ElementType.F32, elements)), ProductStep.Bias(node, context, channels),
            Functions.Activation(parts.Activation), ProductStep.StoreOf(node, context, parts));
    }

    /// <param name="part">Rows of one image; null for all.</param>
    private static PlanArgument.Sizes Shape(Conv op, Value x, Value w, Value y, PaddedInput? padded, RowPart? part)
    {
        bool line = op.Strides.Count == 1, hasWindows = padded is { WindowTaps: > 0 };
        T Height<T>(IReadOnlyList<T> list, T missing, int skip = 0) => line ? missing : list[skip];
        T Width<T>(IReadOnlyList<T> list, int skip = 0) => list[line ? skip : skip + 1];
        return new("IConvShape", new(
        [
            new("Batch", part is null ? x.Shape[0] : IntExpr.One),
            new("InH", (part?.From?.Count ?? Height(x.Shape, IntExpr.One, 2)) + (padded is null ? 0 : padded.Top + padded.Bottom)),
            new("InW", hasWindows ? Width(y.Shape, 2) : Width(x.Shape, 2) + (padded is null ? 0 : padded.Left + padded.Right)),
            new("InC", hasWindows ? padded!.WindowTaps : x.Shape[1]),
            new("OutH", part is null ? Height(y.Shape, IntExpr.One, 2) : part.Count),
            new("OutW", Width(y.Shape, 2)), new("OutC", y.Shape[1]), new("Groups", op.Groups),
            new("KernelH", Height(w.Shape, IntExpr.One, 2)), new("KernelW", hasWindows ? 1 : Width(w.Shape, 2)),
            new("StrideH", Height(op.Strides, 1)), new("StrideW", hasWindows ? 1 : Width(op.Strides)),
            new("PadTop", (padded is null ? Height(op.PadsBegin, 0) : 0) - (part is null ? 0 : part.First * Height(op.Strides, 1))
                + (part?.From?.First ?? 0)),
            new("PadLeft", padded is null ? Width(op.PadsBegin) : 0),
            new("DilationH", Height(op.Dilations, 1)), new("DilationW", Width(op.Dilations)),
        ]));
    }
}
