using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Packing;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Precision;
using MixPrec.Diagnostics;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Convolutions, channels last; one spatial dimension is a picture of height 1. Run-time weights and three dimensions: channels first, in fp32.</summary>
internal sealed class ConvLowering : OpLowering<Conv>
{
    /// <summary>One filter for each channel.</summary>
    public static bool IsDepthwise(Node node) =>
        node.Op is Conv { Groups: > 1 } conv && node.Input(1).Shape[1] == IntExpr.One && node.Input(1).Shape[0] == conv.Groups;

    /// <summary>True for constant weights over one or two dimensions: weights are packed, and there are several precisions.</summary>
    public static bool HasPackedKernel(Node node) => node.Op is Conv { Strides.Count: 1 or 2 } && node.Input(1).Constant is not null && node.InputOrNull(2) is null or { Constant: not null };

    public static WeightMatrix Weights(Node node, int group)
    {
        var matrix = WeightMatrix.OfConv(node.Input(1).Constant!, ((Conv)node.Op).Groups, group);
        return matrix with { Steps = ModelQuantization.OfWeights(node)?.Skip(group * matrix.Columns).Take(matrix.Columns).ToArray() };
    }

    protected override void Lower(Node node, Conv op, LoweringContext context)
    {
        var (x, w, y) = (node.Input(0), node.Input(1), node.Output);
        if (!HasPackedKernel(node))
        {
            Direct(node, op, context);
            return;
        }

        int outputs = checked((int)w.Shape[0].Value);
        string size = string.Join("×", w.Shape.Skip(2));
        string comment = $"{size} convolution, {x.Shape[1]} → {outputs} channels{(op.Groups > 1 ? $" in {op.Groups} groups" : "")}: {context.Precisions[node].Description}{Functions.Then(op.Activation)}";
        var parts = new ProductStep.Parts(
            IsDepthwise(node) ? "DepthwiseConv" : "Conv", Shape(op, x, w, y), Layout.ChannelsLast, Layout.ChannelsLast,
            IsDepthwise(node) ? [] : [.. Enumerable.Range(0, op.Groups).Select(g => Weights(node, g))], outputs, op.Activation, comment, Padding: true);
        if (IsDepthwise(node))
        {
            Depthwise(node, context, parts);
        }
        else
        {
            ProductStep.Add(node, context, parts);
        }
    }

    private static void Direct(Node node, Conv op, LoweringContext context)
    {
        var (x, w, y) = (node.Input(0), node.Input(1), node.Output);
        if (op.Strides.Count > 3)
        {
            throw new MixPrecException(DiagnosticCatalog.ShapeUnsupported, null, node.Name, node.Op.Kind, $"convolution over {op.Strides.Count} dimensions has no kernel, up to three are supported");
        }

        var bias = node.InputOrNull(2) is { } given ? context.Read(node, given, Layout.RowMajor) : context.Weights.Add<float>(ElementType.F32, new float[checked((int)w.Shape[0].Value)]);
        context.Call(node, "DirectConv.Run", $"{string.Join("×", w.Shape.Skip(2))} convolution, {x.Shape[1]} → {w.Shape[0]} channels: fp32{Functions.Then(op.Activation)}",
            context.Read(node, x, Layout.RowMajor), context.Read(node, w, Layout.RowMajor), bias, Functions.Activation(op.Activation), context.Create(y, Layout.RowMajor),
            Int(x.Shape[0]), Int(x.Shape[1]), Int(w.Shape[0]), Int(op.Groups), Ints(x.Shape.Skip(2)), Ints(y.Shape.Skip(2)), Ints(w.Shape.Skip(2)),
            List(op.Strides), List(op.PadsBegin), List(op.PadsEnd), List(op.Dilations));
    }

    private static PlanArgument List(IEnumerable<int> values) => Ints(values.Select(v => IntExpr.Constant(v)));

    private static void Depthwise(Node node, LoweringContext context, ProductStep.Parts parts)
    {
        var weights = node.Input(1).Constant!;
        int channels = (int)weights.Shape[0], taps = checked((int)(weights.Length / channels));
        var packed = new float[weights.Length];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                packed[(tap * channels) + channel] = weights.Span<float>()[(channel * taps) + tap];
            }
        }

        context.Call(node, "DepthwiseConv.F32", parts.Comment, parts.Shape, context.Read(node, node.Input(0), parts.Input),
            context.Weights.AddPadded<float>(ElementType.F32, packed, PanelPacker.PanelColumns), ProductStep.Bias(node, context, channels),
            Functions.Activation(parts.Activation), ProductStep.StoreOf(node, context, parts));
    }

    private static PlanArgument.Sizes Shape(Conv op, Value x, Value w, Value y)
    {
        bool line = op.Strides.Count == 1;
        T Height<T>(IReadOnlyList<T> list, T missing, int skip = 0) => line ? missing : list[skip];
        T Width<T>(IReadOnlyList<T> list, int skip = 0) => list[line ? skip : skip + 1];
        return new("IConvShape", new(
        [
            new("Batch", x.Shape[0]), new("InH", Height(x.Shape, IntExpr.One, 2)), new("InW", Width(x.Shape, 2)), new("InC", x.Shape[1]),
            new("OutH", Height(y.Shape, IntExpr.One, 2)), new("OutW", Width(y.Shape, 2)), new("OutC", y.Shape[1]), new("Groups", op.Groups),
            new("KernelH", Height(w.Shape, IntExpr.One, 2)), new("KernelW", Width(w.Shape, 2)),
            new("StrideH", Height(op.Strides, 1)), new("StrideW", Width(op.Strides)), new("PadTop", Height(op.PadsBegin, 0)), new("PadLeft", Width(op.PadsBegin)),
            new("DilationH", Height(op.Dilations, 1)), new("DilationW", Width(op.Dilations)),
        ]));
    }
}
