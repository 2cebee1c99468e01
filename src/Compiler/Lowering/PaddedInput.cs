using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// The bytes of the input of a convolution copied into the middle of its padding. A convolution takes the interior of an image, its edges
/// and its corners as products of their own; of a small image these are nine products of a few rows each, and every one reads the
/// weights anew.
/// </summary>
/// <param name="Top">Rows above the input.</param>
/// <param name="Bottom">Rows below it.</param>
/// <param name="Left">Pixels before each row.</param>
/// <param name="Right">Pixels behind it.</param>
internal sealed record PaddedInput(int Top, int Bottom, int Left, int Right)
{
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
    public static PaddedInput? Find(Conv op, Value x, Value w, Value y, bool isDepthwise)
    {
        if (op.Strides.Count != 2 || x.Shape.Skip(1).Concat(y.Shape.Skip(1)).Any(d => !d.IsConstant)
            || y.Shape[2].Value * y.Shape[3].Value > (isDepthwise ? MostPixelsOfDepthwise(x) : MostPixelsOfDense(x, w)))
        {
            return null;
        }

        var (top, bottom) = Pads(0);
        var (left, right) = Pads(1);
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
