using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Interpolation to another size. Opset 10 (scales; asymmetric), 11 (roi, sizes and all modes), 13 (bf16), 18 (antialias, axes,
/// keep_aspect_ratio_policy; no tf_half_pixel_for_nn), 19 (half_pixel_symmetric).
/// </summary>
internal static class Resize
{
    private static readonly string[] CoordinateModes =
        ["half_pixel", "pytorch_half_pixel", "half_pixel_symmetric", "align_corners", "asymmetric", "tf_half_pixel_for_nn",
            "tf_crop_and_resize"];

    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0);
        int[] axes = node.Attributes.Ints("axes") is { } named ? node.Axes(named, x.Rank) : [.. Enumerable.Range(0, x.Rank)];
        bool old = node.Opset == 10;
        var (roi, scales, sizes) = old ? (null, Present(node, 1), null)
            : (node.Attributes.String("coordinate_transformation_mode") == "tf_crop_and_resize" ? Numbers(node, 1) : null, Present(node, 2),
            Present(node, 3));
        if (scales is null == sizes is null)
        {
            throw node.Invalid("exactly one of scales and sizes has to be given");
        }

        var how = How(node, old);
        string policy = node.Attributes.String("keep_aspect_ratio_policy") ?? "stretch";
        double outside = node.Attributes.Float("extrapolation_value") ?? 0;
        var sizing = scales is not null ? ResizeSizes.FromScales(node, x, axes, Numbers(node, old ? 1 : 2))
            : ResizeSizes.FromSizes(node, x, axes, node.Integers(3)!, policy);
        if (roi is not null && roi.Length != 2 * axes.Length)
        {
            throw node.Invalid($"roi has {Counted.Format(roi.Length, "entry", "entries")} instead of {2 * axes.Length}");
        }

        return Resized(node, x, [.. sizing.Select((s, i) =>
            roi is null ? s : s with { RegionStart = roi[i], RegionEnd = roi[i + axes.Length] })], how, outside);
    }

    /// <summary>
    /// Interpolates in fp32, with other floats, and integers that fp32 holds, converted before and after; the nearest pixels are picked in
    /// any type.
    /// </summary>
    public static IReadOnlyList<Value> Resized(OnnxNode node, Value x, IReadOnlyList<ResizeSizes> sizing, Interpolation how, double outside)
    {
        var formula = new Formula(node);
        var y = x;
        if (how.Mode != "nearest")
        {
            y = formula.Cast(node.Require(x, ElementType.F32, ElementType.F64, ElementType.F16, ElementType.BF16, ElementType.I8,
                ElementType.U8, ElementType.I16, ElementType.U16), ElementType.F32);
        }

        var known = new List<ResizedAxis>();
        foreach (var size in sizing)
        {
            if (size.Known(x) is { } axis)
            {
                known.Add(axis);
            }
            else if (size.Times is not { } times || !how.Repeats(times))
            {
                throw node.Unsupported($"interpolation of a dimension of '{x.Shape[size.Axis]}'");
            }
            else
            {
                y = Resizing.Repeated(node, y, size.Axis, times);
            }
        }

        y = Resizing.Apply(node, formula, y, known, how, outside);
        return [formula.Result(formula.Cast(y, x.Type.Element))];
    }

    private static Interpolation How(OnnxNode node, bool old)
    {
        var attributes = node.Attributes;
        string mode = attributes.String("mode") ?? "nearest";
        string coordinates = old ? "asymmetric" : attributes.String("coordinate_transformation_mode") ?? "half_pixel";
        string nearest = old ? "simple" : attributes.String("nearest_mode") ?? "round_prefer_floor";
        if (mode is not ("nearest" or "linear" or "cubic") || !CoordinateModes.Contains(coordinates)
            || nearest is not ("round_prefer_floor" or "round_prefer_ceil" or "floor" or "ceil" or "simple"))
        {
            throw node.Invalid($"mode '{PrintableName.Format(mode)}', coordinates '{PrintableName.Format(coordinates)}' "
                + $"or rounding '{PrintableName.Format(nearest)}' is unknown");
        }

        return new(mode, coordinates, nearest, attributes.Float("cubic_coeff_a") ?? -0.75, attributes.Flag("exclude_outside"),
            attributes.Flag("antialias") && mode != "nearest");
    }

    /// <summary>An input that is there and not empty.</summary>
    private static Value? Present(OnnxNode node, int index) => node.InputOrNull(index) is { } value
        && value.Type.Length != IntExpr.Zero ? value : null;

    private static double[] Numbers(OnnxNode node, int index)
    {
        var tensor = node.ConstantTensor(index) ?? throw node.Invalid($"input {index} is missing");
        var numbers = Tensor.Zeros(ElementType.F64, tensor.Length);
        return Enumerable.Range(0, checked((int)tensor.Length)).All(i => ElementConversion.TryConvert(tensor, numbers, i))
            ? numbers.Span<double>().ToArray()
            : throw node.Invalid($"input {index} has element type {tensor.Type}");
    }
}
