using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>The wanted size of one axis, which may follow from a symbolic dimension.</summary>
/// <param name="Times">The scale where it is a whole number.</param>
internal sealed record ResizeSizes(int Axis, IntExpr Output, double Scale, int? Times, double RegionStart = 0, double RegionEnd = 1)
{
    /// <summary>The axis, when its sizes are known.</summary>
    public ResizedAxis? Known(Value x) => x.Shape[Axis].IsConstant && Output.IsConstant
        ? new(Axis, checked((int)x.Shape[Axis].Value), checked((int)Output.Value), Scale, RegionStart, RegionEnd) : null;

    public static IReadOnlyList<ResizeSizes> FromScales(OnnxNode node, Value x, int[] axes, double[] scales)
    {
        if (scales.Length != axes.Length || scales.Any(s => !(s > 0 && s < int.MaxValue)))
        {
            throw node.Invalid(
                $"scales [{string.Join(", ", scales)}] do not fit {Counted.Format(axes.Length, "axis", "axes")} of {x.Type}");
        }

        return [.. axes.Select((axis, i) =>
        {
            int? times = scales[i] == Math.Floor(scales[i]) ? (int)scales[i] : null;

            // The size is the floor of a product in fp32, as the scales are.
            var output = times is { } whole ? x.Shape[axis] * whole
                : x.Shape[axis].IsConstant ? IntExpr.Constant((long)MathF.Floor((float)scales[i] * x.Shape[axis].Value))
                : throw node.Unsupported($"a dimension of '{x.Shape[axis]}' by a scale of {scales[i]}");
            return Checked(node, x, new(axis, output, scales[i], times));
        })];
    }

    /// <param name="policy">The attribute keep_aspect_ratio_policy.</param>
    public static IReadOnlyList<ResizeSizes> FromSizes(OnnxNode node, Value x, int[] axes, IReadOnlyList<IntExpr> sizes, string policy)
    {
        if (sizes.Count != axes.Length || policy is not ("stretch" or "not_larger" or "not_smaller"))
        {
            throw node.Invalid(
                $"{Counted.Format(sizes.Count, "size")} with keep_aspect_ratio_policy '{PrintableName.Format(policy)}' "
                + $"for {Counted.Format(axes.Length, "axis", "axes")} of {x.Type}");
        }

        if (policy == "stretch")
        {
            return [.. axes.Select((axis, i) => Checked(node, x, Stretched(node, x, axis, sizes[i])))];
        }

        if (axes.Any(a => !x.Shape[a].IsConstant || x.Shape[a].Value < 1) || sizes.Any(s => !s.IsConstant))
        {
            throw node.Unsupported("an aspect ratio that is kept for symbolic dimensions");
        }

        double[] ratios = [.. axes.Select((axis, i) => (double)sizes[i].Value / x.Shape[axis].Value)];
        double scale = policy == "not_larger" ? ratios.Min() : ratios.Max();
        return [.. axes.Select(axis =>
            Checked(node, x, new(axis, checked((long)Math.Floor((scale * x.Shape[axis].Value) + 0.5)), scale, null)))];
    }

    private static ResizeSizes Stretched(OnnxNode node, Value x, int axis, IntExpr size)
    {
        int? times = size.DivideExactly(x.Shape[axis]) is { IsConstant: true, Value: >= 1 and <= int.MaxValue } factor
            ? (int)factor.Value : null;
        return x.Shape[axis].IsConstant && size.IsConstant ? new(axis, size, (double)size.Value / Math.Max(1, x.Shape[axis].Value), times)
            : times is { } whole ? new(axis, size, whole, whole)
            : throw node.Unsupported($"a dimension of '{x.Shape[axis]}' to '{size}'");
    }

    private static ResizeSizes Checked(OnnxNode node, Value x, ResizeSizes size) =>
        (size.Output.IsConstant && size.Output.Value is < 1 or > int.MaxValue)
            || (x.Shape[size.Axis].IsConstant && x.Shape[size.Axis].Value < 1)
            ? throw node.NotSupported($"a dimension of {x.Shape[size.Axis]} to {size.Output}") : size;
}
