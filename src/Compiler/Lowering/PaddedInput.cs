using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// The input of a convolution copied into the middle of its padding. A convolution takes the interior of an image, its edges and its
/// corners as products of their own; of a small image these are nine products of a few rows each, and every one reads the weights anew.
/// </summary>
/// <param name="Top">Rows above the input.</param>
/// <param name="Bottom">Rows below it.</param>
/// <param name="Left">Pixels before each row.</param>
/// <param name="Right">Pixels behind it.</param>
internal sealed record PaddedInput(int Top, int Bottom, int Left, int Right)
{
    /// <summary>Output pixels up to which the copy pays (benchmarks/Kernels: the layers of ResNet-18).</summary>
    private const int MostPixels = 64;

    /// <summary>Null where the input is read as it lies.</summary>
    public static PaddedInput? Find(Conv op, Value x, Value w, Value y)
    {
        if (op.Strides.Count != 2 || x.Shape.Concat(y.Shape).Skip(1).Any(d => !d.IsConstant)
            || y.Shape[2].Value * y.Shape[3].Value > MostPixels)
        {
            return null;
        }

        var (top, bottom) = Pads(0);
        var (left, right) = Pads(1);
        return top + bottom + left + right > 0 ? new(top, bottom, left, right) : null;

        (int Before, int After) Pads(int axis)
        {
            long seen = ((y.Shape[axis + 2].Value - 1) * op.Strides[axis]) + ((w.Shape[axis + 2].Value - 1) * op.Dilations[axis]) + 1;
            return (op.PadsBegin[axis], (int)Math.Max(0, seen - op.PadsBegin[axis] - x.Shape[axis + 2].Value));
        }
    }

    /// <summary>Where the copy lies.</summary>
    /// <param name="x">The input, channels last.</param>
    /// <param name="from">Where it lies.</param>
    /// <param name="parameters">Of its bytes; null for floats.</param>
    public PlanArgument.Location Copy(Node node, LoweringContext context, Value x, PlanArgument.Location from,
        QuantizationParameters? parameters)
    {
        var (images, height, width) = (x.Shape[0], x.Shape[2], x.Shape[3]);
        var channels = parameters is null ? x.Shape[1] : IntExpr.RoundUp(x.Shape[1], PanelLayout.ByteGroup);
        var to = context.Temporary(from.Type, images * (height + (Top + Bottom)) * (width + (Left + Right)) * channels)
            with { Label = x.Name + " padded" };
        var zero = parameters is { } known ? context.Weights.Add<byte>(ElementType.U8, [(byte)known.ZeroPoint])
            : context.Weights.Add<float>(ElementType.F32, [0]);
        context.Move(node, "Pad.Run", "puts the input into its padding", from, to, Ints(images, height, width * channels),
            Ints(0, Top, channels * Left), Ints(0, Bottom, channels * Right), new PlanArgument.EnumMember("PadMode", "Constant"), zero);
        return to;
    }
}
