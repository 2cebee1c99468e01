using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// The bytes of the input of a convolution copied into the middle of its padding, or into windows of it. A convolution takes the interior
/// of an image, its edges and its corners as products of their own; of a small image these are nine products of a few rows each, and every
/// one reads the weights anew.
/// </summary>
/// <param name="Top">Rows above the input.</param>
/// <param name="Bottom">Rows below it.</param>
/// <param name="Left">Pixels before each row.</param>
/// <param name="Right">Pixels behind it.</param>
/// <param name="WindowTaps">
/// Of an image with one channel: pixels that a row of the kernel sees, which become the channels of as many pixels as the output has in a
/// row. Four bytes are multiplied at once; a pixel of one channel would leave three of them empty. 0 elsewhere.
/// </param>
internal sealed record PaddedInput(int Top, int Bottom, int Left, int Right, int WindowTaps = 0)
{
    /// <summary>Taps of a row that become channels.</summary>
    private const int LeastWindow = 2, MostWindow = 16;

    /// <summary>
    /// Output pixels up to which the copy pays: 3×3 convolutions of 512 channels at 7×7 take 0.88 of the time in bytes, and 1.24 in fp32,
    /// which is therefore read as it lies (`mixprec bench --layers` of ResNet-18, Zen 5).
    /// </summary>
    private const int MostPixels = 64;

    /// <summary>Bytes of weights from which that is so: what the second-level cache holds may be read nine times.</summary>
    private const int LeastWeights = 1 << 20;

    /// <summary>
    /// The same of convolutions of an image's few channels, where beginning a product, and adding up what its padding amounts to, takes as
    /// long as the product: 0.70 of the time at 28×28 with 5×5 taps, 0.88 with 3×3 taps (`mixprec bench --layers` of mnist-8 and
    /// fashion-mnist-cnn, Zen 4); at 224×224 there is no difference.
    /// </summary>
    private const int MostPixelsOfFewChannels = 4096, FewChannels = PanelLayout.ByteGroup;

    /// <summary>
    /// The same of depthwise convolutions, whose weights are ordered anew for each product, nine times for nine products
    /// (`mixprec bench --layers` of MobileNetV2, Zen 5).
    /// </summary>
    private const int MostDepthwisePixels = 256;

    /// <summary>
    /// Elements up to which it also pays for them: 16 channels at 28×28 take 4.2 µs with the copy and 5.2 µs without (`mixprec bench
    /// --layers` of the sample's network, Zen 4).
    /// </summary>
    private const int MostDepthwiseElements = 16 << 10;

    /// <summary>Of the image by its padding: there are models whose padding is a multiple of what they look at.</summary>
    private const int MostGrowth = 4;

    /// <summary>Null where the input is read as it lies.</summary>
    /// <param name="hasExactSums">Sums of 16 bits are proven for the weights in the usual order, that is without windows.</param>
    public static PaddedInput? Find(Conv op, Value x, Value w, Value y, bool isDepthwise, bool hasExactSums)
    {
        if (op.Strides.Count != 2 || x.Shape.Skip(1).Concat(y.Shape.Skip(1)).Any(d => !d.IsConstant)
            || y.Shape[2].Value * y.Shape[3].Value > (isDepthwise ? MostPixelsOfDepthwise(x) : MostPixelsOfDense(x, w)))
        {
            return null;
        }

        var (top, bottom) = Pads(0);
        var (left, right) = Pads(1);
        int taps = checked((int)w.Shape[3].Value);
        if (!isDepthwise && hasExactSums && x is { Producer: null, Constant: null } && x.Shape[1] == IntExpr.One
            && op.Dilations[1] == 1 && taps is >= LeastWindow and <= MostWindow)
        {
            return new(top, bottom, left, right, taps);
        }

        long inside = x.Shape[2].Value * x.Shape[3].Value;
        long whole = (x.Shape[2].Value + top + bottom) * (x.Shape[3].Value + left + right);
        return whole > inside && whole <= MostGrowth * inside ? new(top, bottom, left, right) : null;

        (int Before, int After) Pads(int axis)
        {
            long seen = ((y.Shape[axis + 2].Value - 1) * op.Strides[axis]) + ((w.Shape[axis + 2].Value - 1) * op.Dilations[axis]) + 1;
            return (op.PadsBegin[axis], (int)Math.Max(0, seen - op.PadsBegin[axis] - x.Shape[axis + 2].Value));
        }
    }

    private static long MostPixelsOfDepthwise(Value x) => Math.Max(MostDepthwisePixels, MostDepthwiseElements / x.Shape[1].Value);

    private static int MostPixelsOfDense(Value x, Value w) => x.Shape[1].Value <= FewChannels ? MostPixelsOfFewChannels
        : w.Type.Length.Value >= LeastWeights ? MostPixels : 0;

    /// <summary>Where the windows lie.</summary>
    /// <param name="node">The convolution.</param>
    /// <param name="context">Gets the step.</param>
    /// <param name="op">Says how far windows are apart.</param>
    /// <param name="parameters">Of the quantization.</param>
    public PlanArgument.Location Windows(Node node, LoweringContext context, Conv op, QuantizationParameters parameters)
    {
        var (x, y) = (node.Input(0), node.Output);
        var pixels = x.Shape[0] * (x.Shape[2] + (Top + Bottom)) * y.Shape[3];
        var to = context.Temporary(ElementType.U8, pixels * PanelLayout.PaddedDepth(WindowTaps)) with { Label = x.Name + " windows" };
        context.Move(node, "Quantize.ToWindows", $"quantizes the input to 0…{parameters.Maximum}, in windows of {WindowTaps}",
            context.Read(node, x, Layout.RowMajor), to, Int(x.Shape[0]), Int(x.Shape[2]), Int(x.Shape[3]), Int(Top), Int(Bottom), Int(Left),
            Int(y.Shape[3]), Int(op.Strides[1]), Int(WindowTaps), new PlanArgument.Single(parameters.Scale), Int(parameters.ZeroPoint),
            Int(parameters.Maximum));
        return to;
    }

    /// <summary>Where the copy lies.</summary>
    /// <param name="x">The input, channels last.</param>
    /// <param name="from">Where it lies, quantized.</param>
    /// <param name="parameters">Of the quantization.</param>
    public PlanArgument.Location Copy(Node node, LoweringContext context, Value x, PlanArgument.Location from,
        QuantizationParameters parameters)
    {
        var (images, height, width) = (x.Shape[0], x.Shape[2], x.Shape[3]);
        var channels = IntExpr.RoundUp(x.Shape[1], PanelLayout.ByteGroup);
        var to = context.Temporary(from.Type, images * (height + (Top + Bottom)) * (width + (Left + Right)) * channels)
            with { Label = x.Name + " padded" };
        var zero = context.Weights.Add<byte>(ElementType.U8, [(byte)parameters.ZeroPoint]);
        context.Move(node, "Pad.Run", "puts the input into its padding", from, to, Ints(images, height, width * channels),
            Ints(0, Top, channels * Left), Ints(0, Bottom, channels * Right), new PlanArgument.EnumMember("PadMode", "Constant"), zero);
        return to;
    }
}
