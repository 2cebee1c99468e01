using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;
using Location = MixPrec.Plan.PlanArgument.Location;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// A convolution whose large result one layer alone reads, row by row, some rows at a time: a maximum over windows, a depthwise convolution
/// or one of single pixels. Rows are read while they lie in the second-level cache, and the whole result lies nowhere. So it goes on with a
/// convolution of single pixels that reads a large result of these. The numbers are the same.
/// </summary>
/// <remarks>
/// Band b gives rows b·<paramref name="Rows"/> … of the reader. Row r of the convolution lies at r - (b·Rows·stride - padding) in the
/// band's memory, so that those rows that the next band reads too move by the same distance each time.
/// </remarks>
/// <param name="First">The convolution.</param>
/// <param name="Reader">Reads it.</param>
/// <param name="Window">What it reads for a row.</param>
/// <param name="Last">Reads the reader; null where that writes its result as a whole.</param>
/// <param name="Rows">Of the reader in a band.</param>
internal sealed record RowBands(Node First, Node Reader, RowWindow Window, Node? Last, int Rows)
{
    /// <summary>Bytes of a result from which it pays: what the second-level cache holds is read from there anyway.</summary>
    private const long LeastBytes = 1 << 20;

    /// <summary>Of a band.</summary>
    private const long BandBytes = 256 << 10;

    /// <summary>Weights that convolutions of a band may have together: they are read again for each.</summary>
    private const long MostWeights = 64 << 10;

    /// <summary>Null where the convolution goes as a whole.</summary>
    public static RowBands? Find(Node node, LoweringContext context)
    {
        if (!context.CanRepeat || context.ChecksFinite || !ConvLowering.TakesRows(node, context) || !IsLarge(node.Output, context)
            || Next(node, node, context) is not { } reader || RowWindow.Of(reader) is not { } window)
        {
            return null;
        }

        var last = reader.Op is Conv && IsLarge(reader.Output, context) && Next(node, reader, context) is { Op: Conv } next
            && RowWindow.Of(next) == RowWindow.Row ? next : null;

        // What two bands share moves to where it does not lie.
        int least = Math.Max(1, (window.Shared + window.Stride - 1) / window.Stride);
        long bytes = (RowBytes(node.Output, context) * window.Stride) + (last is null ? 0 : RowBytes(reader.Output, context));
        int rows = (int)Math.Max(least, BandBytes / bytes);
        return rows >= reader.Output.Shape[2].Value ? null : new(node, reader, window, last, rows);
    }

    private long Bands => (Reader.Output.Shape[2].Value + Rows - 1) / Rows;

    /// <summary>Rows of the convolution from band to band.</summary>
    private int Step => Rows * Window.Stride;

    /// <param name="context">Gets the steps.</param>
    /// <param name="convolve">Adds the steps of some rows of a convolution.</param>
    public void Lower(LoweringContext context, Action<Node, RowPart> convolve)
    {
        var y = First.Output;
        var band = Room(y, Step + Window.Kernel, context);
        var between = Last is null ? null : Room(Reader.Output, Rows, context);
        if (y.Shape[0] == IntExpr.One)
        {
            OfImage(0);
        }
        else
        {
            Repeat(context, "image", y.Shape[0], "for each image", OfImage);
        }

        context.Fuse(Last is null ? [Reader] : [Reader, Last]);

        void OfImage(IntExpr image) => Repeat(
            context, "band", Bands, $"for each {Rows} rows of the {(Reader.Op is Pool ? "maximum" : "convolution")}",
            b => Band(context, convolve, image, b, band, between));
    }

    /// <summary>The steps of one band.</summary>
    private void Band(LoweringContext context, Action<Node, RowPart> convolve, IntExpr image, IntExpr b, Location band, Location? between)
    {
        var y = First.Output;
        IntExpr row = RowElements(y, context), height = y.Shape[2].Value, first = (b * Step) - Window.Pad;
        IntExpr from = IntExpr.Max(0, first), end = IntExpr.Min(height, first + Step - Window.Stride + Window.Kernel);

        // The last windows may read nothing but shared rows and padding.
        var begin = IntExpr.Min(end, IntExpr.Max(from, first + (IntExpr.Min(b, 1) * Window.Shared)));
        if (Window.Shared > 0)
        {
            context.Move(First, "Copy.Strided", "rows that the band before has computed",
                CopyArguments(At(band, Step * row), band, [Window.Shared * row], [1], [1]));
        }

        convolve(First, new(image, begin, end - begin) { To = At(band, (begin - first) * row) });
        var part = new RowPart(image, b * Rows, IntExpr.Min(Rows, Reader.Output.Shape[2] - (b * Rows)))
        {
            From = new(At(band, (from - first) * row), from, end - from), To = between,
        };
        if (Reader.Op is Pool window)
        {
            Maximum(window, part, context);
        }
        else
        {
            convolve(Reader, part);
        }

        if (Last is not null)
        {
            convolve(Last, part with { From = new(between!, part.First, part.Count), To = null });
        }
    }

    private void Maximum(Pool window, RowPart part, LoweringContext context)
    {
        var (y, pooled, source) = (First.Output, Reader.Output, part.From!);
        var parameters = Parameters(y, context);
        var target = context.Create(pooled, Layout.ChannelsLast, parameters);
        var pixels = ((part.Image * pooled.Shape[2]) + part.First) * pooled.Shape[3];
        int pixel = Pixel(y, parameters);
        PlanArgument[] quantized = parameters is null && QuantizedOutput.BesideFloats(pooled, Layout.ChannelsLast, context) is { } some
            ? PoolLowering.Quantized(At(context.Create(pooled, Layout.ChannelsLast, some), pixels * Pixel(y, some)), some) : [];
        string method = parameters is not null ? "Pool.MaxBytes" : quantized.Length > 0 ? "Pool.MaxBoth" : "Pool.Max";
        context.Call(Reader, method, $"max over windows of {string.Join("×", window.Kernel)}",
        [
            source.At, At(target, pixels * pixel), .. quantized, Int(1), Int(pixel), Ints(source.Count, y.Shape[3]),
            Ints(part.Count, pooled.Shape[3]), List(window.Kernel), List(window.Strides),
            Ints(window.PadsBegin[0] - (part.First * Window.Stride) + source.First, window.PadsBegin[1]), List(window.PadsEnd),
            List(window.Dilations),
        ]);
    }

    private void Repeat(LoweringContext context, string name, IntExpr count, string each, Action<IntExpr> body)
    {
        var iteration = IntExpr.Count(context.Iteration(name, count));
        context.RepeatParts(Last ?? Reader, iteration.Symbols.Single(), "Loop.Continues", $"repeats the steps that follow {each}",
            [Int(iteration), Int(count)], () => body(iteration));
    }

    /// <summary>The only reader of what a layer gives, where it takes some rows of that at a time; null for others.</summary>
    private static Node? Next(Node first, Node node, LoweringContext context)
    {
        var graph = context.Graph;
        return !graph.HasOneUse(node.Output) ? null : graph.ConsumersOf(node.Output)[0] switch
        {
            { Op: Pool } pool => pool,
            { Op: Conv } conv when ConvLowering.TakesRows(conv, context)
                && context.Precisions[conv].QuantizesActivations == Parameters(node.Output, context) is not null
                && Weights(first) + Weights(node) + Weights(conv) <= MostWeights => conv,
            _ => null,
        };
    }

    private static long Weights(Node conv) => conv.Input(1).Type.Length.Value;

    private static bool IsLarge(Value value, LoweringContext context) =>
        value.Shape[2].Value * RowBytes(value, context) >= LeastBytes;

    private static long RowBytes(Value value, LoweringContext context) =>
        RowElements(value, context) * (Parameters(value, context) is null ? sizeof(float) : sizeof(byte));

    private static long RowElements(Value value, LoweringContext context) =>
        value.Shape[3].Value * Pixel(value, Parameters(value, context));

    private static Location Room(Value value, int rows, LoweringContext context) =>
        context.Temporary(Parameters(value, context) is null ? ElementType.F32 : ElementType.U8, rows * RowElements(value, context))
            with { Label = value.Name + " rows" };

    private static Location At(Location place, IntExpr elements) => place with { Offset = place.Offset + (elements * place.Type.Size()) };

    /// <summary>Of bytes; null for floats.</summary>
    private static QuantizationParameters? Parameters(Value value, LoweringContext context) =>
        QuantizedOutput.Find(value, Layout.ChannelsLast, context);

    private static int Pixel(Value value, QuantizationParameters? parameters) => parameters is null
        ? checked((int)value.Shape[1].Value) : PanelLayout.PaddedDepth(checked((int)value.Shape[1].Value));
}
