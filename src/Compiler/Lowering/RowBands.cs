using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;
using Location = MixPrec.Plan.PlanArgument.Location;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// A convolution whose large result is read by a maximum over windows alone, some rows at a time: the maximum reads them while they lie in
/// the second-level cache, and the whole result lies nowhere. The numbers are the same.
/// </summary>
/// <remarks>
/// Band b gives rows b·PooledRows … of the maximum. Row r of the convolution lies at r - (b·PooledRows·stride - padding) in the band's
/// memory, so that those rows that the next band reads too move by the same distance each time.
/// </remarks>
/// <param name="Pool">Reads the convolution.</param>
/// <param name="Window">Its operation.</param>
/// <param name="PooledRows">Rows of the maximum in a band.</param>
/// <param name="Parameters">Of the quantization of both; null for floats.</param>
internal sealed record RowBands(Node Conv, Node Pool, Pool Window, int PooledRows, QuantizationParameters? Parameters)
{
    /// <summary>Bytes of a result from which it pays: what the second-level cache holds is read from there anyway.</summary>
    private const long LeastBytes = 1 << 20;

    /// <summary>Of a band.</summary>
    private const long BandBytes = 256 << 10;

    /// <summary>Null where the convolution goes as a whole.</summary>
    public static RowBands? Find(Node node, LoweringContext context)
    {
        var (x, y) = (node.Input(0), node.Output);
        if (!context.CanRepeat || context.ChecksFinite || x.Shape.Concat(y.Shape).Where((_, i) => i % 4 != 0).Any(d => !d.IsConstant)
            || y.Rank != 4 || !context.Graph.HasOneUse(y)
            || context.Graph.ConsumersOf(y)[0] is not { Op: Pool { Function: PoolKind.Max } window } pool
            || window.Dilations[0] != 1 || context.Precisions[node].Second is not null)
        {
            return null;
        }

        var parameters = QuantizedOutput.Find(y, Layout.ChannelsLast, context);
        long row = y.Shape[3].Value * Pixel(y, parameters) * (parameters is null ? sizeof(float) : sizeof(byte));

        // What two bands share moves to where it does not lie.
        int least = Math.Max(1, (SharedRows(window) + window.Strides[0] - 1) / window.Strides[0]);
        int rows = (int)Math.Max(least, BandBytes / (row * window.Strides[0]));
        return y.Shape[2].Value * row < LeastBytes || rows >= pool.Output.Shape[2].Value ? null
            : new(node, pool, window, rows, parameters);
    }

    /// <summary>Some rows of what a convolution gives.</summary>
    /// <param name="Image">Of the batch.</param>
    /// <param name="First">The first row.</param>
    /// <param name="Count">Rows.</param>
    /// <param name="At">Where they go.</param>
    public sealed record Part(IntExpr Image, IntExpr First, IntExpr Count, Location At);

    private long Bands => (Pool.Output.Shape[2].Value + PooledRows - 1) / PooledRows;

    /// <summary>Rows of the convolution from band to band.</summary>
    private int Step => PooledRows * Window.Strides[0];

    /// <summary>Rows of the convolution that a band and the next one read.</summary>
    private int Shared => SharedRows(Window);

    /// <summary>Elements of a row of the convolution.</summary>
    private long Row => Conv.Output.Shape[3].Value * Pixel(Conv.Output, Parameters);

    private int Element => Parameters is null ? sizeof(float) : sizeof(byte);

    /// <param name="context">Gets the steps.</param>
    /// <param name="convolve">Adds the convolution of some rows of an image.</param>
    public void Lower(LoweringContext context, Action<Part> convolve)
    {
        var (y, pooled) = (Conv.Output, Pool.Output);
        var type = Parameters is null ? ElementType.F32 : ElementType.U8;
        var band = context.Temporary(type, (Step + Window.Kernel[0]) * Row) with { Label = y.Name + " rows" };
        var target = context.Create(pooled, Layout.ChannelsLast, Parameters);
        if (y.Shape[0] == IntExpr.One)
        {
            Rows(0);
        }
        else
        {
            Repeat(context, "image", y.Shape[0], "for each image", Rows);
        }

        context.Fuse([Pool]);

        void Rows(IntExpr image) => Repeat(context, "band", Bands, $"for each {PooledRows} rows of the maximum",
            b => Band(context, convolve, image, b, band, target));
    }

    /// <summary>The steps of one band.</summary>
    private void Band(LoweringContext context, Action<Part> convolve, IntExpr image, IntExpr b, Location band, Location target)
    {
        var (y, pooled) = (Conv.Output, Pool.Output);
        IntExpr height = y.Shape[2].Value, first = (b * Step) - Window.PadsBegin[0];
        IntExpr from = IntExpr.Max(0, first), end = IntExpr.Min(height, first + Step - Window.Strides[0] + Window.Kernel[0]);

        // The last windows may read nothing but shared rows and padding.
        var begin = IntExpr.Min(end, IntExpr.Max(from, first + (IntExpr.Min(b, 1) * Shared)));
        var rows = IntExpr.Min(PooledRows, pooled.Shape[2] - (b * PooledRows));
        if (Shared > 0)
        {
            context.Move(Conv, "Copy.Strided", "rows that the band before has computed",
                CopyArguments(At(band, Step * Row), band, [Shared * Row], [1], [1]));
        }

        convolve(new(image, begin, end - begin, At(band, (begin - first) * Row)));
        context.Call(Pool, Parameters is null ? "Pool.Max" : "Pool.MaxBytes", $"max over windows of {string.Join("×", Window.Kernel)}",
            At(band, (from - first) * Row), At(target, Offset(pooled, image, b * PooledRows)), Int(1), Int(Pixel(y, Parameters)),
            Ints(end - from, y.Shape[3]), Ints(rows, pooled.Shape[3]), List(Window.Kernel), List(Window.Strides),
            Ints(from - first, Window.PadsBegin[1]), List(Window.PadsEnd), List(Window.Dilations));
    }

    private void Repeat(LoweringContext context, string name, IntExpr count, string each, Action<IntExpr> body)
    {
        var iteration = IntExpr.Count(context.Iteration(name, count));
        context.RepeatParts(Pool, iteration.Symbols.Single(), "Loop.Continues", $"repeats the steps that follow {each}",
            [Int(iteration), Int(count)], () => body(iteration));
    }

    private IntExpr Offset(Value value, IntExpr image, IntExpr row) =>
        ((image * value.Shape[2]) + row) * value.Shape[3] * Pixel(value, Parameters);

    private Location At(Location place, IntExpr elements) => place with { Offset = place.Offset + (elements * Element) };

    private static int Pixel(Value value, QuantizationParameters? parameters) => parameters is null
        ? checked((int)value.Shape[1].Value) : PanelLayout.PaddedDepth(checked((int)value.Shape[1].Value));

    private static int SharedRows(Pool window) => Math.Max(0, window.Kernel[0] - window.Strides[0]);
}
