using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// The operations of a resize, one axis after the other: repeated or picked positions, or weighted windows that are computed here.
/// </summary>
internal static class Resizing
{
    public static Value Apply(OnnxNode node, Formula formula, Value x, IReadOnlyList<ResizedAxis> axes, Interpolation how, double outside)
    {
        // Axes that shrink come first, then the last ones, where the tensor is still small.
        foreach (var axis in axes.OrderBy(a => (double)a.Output / a.Input).ThenByDescending(a => a.Axis))
        {
            double taps = how.Mode == "nearest" ? 1 : Math.Min(axis.Input, 4 / (how.Antialias ? Math.Min(axis.Scale, 1) : 1));
            node.RequireFoldable((Int128)(axis.Output * taps));
            x = how.Mode == "nearest" ? Nearest(node, formula, x, axis, how) : Weighted(node, x, axis, how);
        }

        return how.Coordinates == "tf_crop_and_resize" ? Cropped(node, formula, x, axes, how, outside) : x;
    }

    /// <summary>The nearest pixels by a whole number of repetitions, whatever the size of the axis.</summary>
    public static Value Repeated(OnnxNode node, Value x, int axis, int times) =>
        times == 1 ? x : node.AddPart("repeat", new Repeat(axis, times), x);

    private static Value Nearest(OnnxNode node, Formula formula, Value x, ResizedAxis axis, Interpolation how)
    {
        long[] indices = axis.NearestIndices(how);
        int times = axis.Output / axis.Input;
        return times >= 1 && axis.Output == times * (long)axis.Input && indices.Select((index, p) => index == p / times).All(same => same)
            ? Repeated(node, x, axis.Axis, times)
            : formula.Gather(x, node.Constant("positions", Tensor.Create(indices, indices.Length)), axis.Axis);
    }

    private static Value Weighted(OnnxNode node, Value x, ResizedAxis axis, Interpolation how)
    {
        var (starts, weights) = axis.Windows(how);
        bool same = axis.Output == axis.Input && weights.Shape[1] == 1 && weights.Span<float>().IndexOfAnyExcept(1f) < 0;
        return same ? x : node.AddPart("resample", new Resample(axis.Axis), x, node.Constant("starts", starts),
            node.Constant("weights", weights));
    }

    private static Value Cropped(OnnxNode node, Formula formula, Value x, IReadOnlyList<ResizedAxis> axes, Interpolation how,
        double outside)
    {
        foreach (var axis in axes)
        {
            bool[] inside = axis.Inside(how);
            if (inside.Contains(false))
            {
                long[] shape = [.. x.Shape.Select((_, d) => d == axis.Axis ? inside.Length : 1L)];
                x = formula.Where(node.Constant("inside", Tensor.Create<bool>(ElementType.Bool, inside, shape)), x,
                    formula.Number(outside, x.Type.Element));
            }
        }

        return x;
    }
}
