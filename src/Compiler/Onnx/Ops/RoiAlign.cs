using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Cells of regions of images. Opset 10 (no half pixel), 16 (coordinate_transformation_mode), 22 (bf16).</summary>
internal static class RoiAlign
{
    private const long LargestSide = 1 << 15;

    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var attributes = node.Attributes;
        long height = attributes.Int("output_height") ?? 1, width = attributes.Int("output_width") ?? 1,
            sampling = attributes.Int("sampling_ratio") ?? 0;
        string mode = attributes.String("mode") ?? "avg", coordinates = node.Opset < 16 ? "output_half_pixel"
            : attributes.String("coordinate_transformation_mode") ?? "half_pixel";
        if (mode is not ("avg" or "max") || coordinates is not ("half_pixel" or "output_half_pixel")
            || height is < 1 or > LargestSide || width is < 1 or > LargestSide || sampling is < 0 or > 4096)
        {
            throw node.Invalid($"{height}×{width} cells of {sampling} points in mode '{PrintableName.Format(mode)}' "
                + $"with coordinates '{PrintableName.Format(coordinates)}'");
        }

        var op = new Graphs.Ops.RoiAlign((int)height, (int)width, (int)sampling, attributes.Float("spatial_scale") ?? 1, mode == "max",
            coordinates == "half_pixel");
        return [node.Add(op, node.Input(0, ElementType.F32), node.Input(1, ElementType.F32), node.Input(2, ElementType.I64))];
    }
}
