using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Samples pictures at the positions of a grid. Opset 16 (bilinear, nearest, bicubic), 20 (linear, cubic; volumes), 22 (bf16).</summary>
internal static class GridSample
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (x, grid) = (node.Input(0, ElementType.F32), node.Input(1, ElementType.F32));
        GridMode mode = (node.Attributes.String("mode") ?? "linear") switch
        {
            "bilinear" or "linear" => GridMode.Linear,
            "nearest" => GridMode.Nearest,
            "bicubic" or "cubic" => GridMode.Cubic,
            var other => throw node.Invalid($"mode '{PrintableName.Of(other)}' is unknown"),
        };
        GridPadding padding = (node.Attributes.String("padding_mode") ?? "zeros") switch
        {
            "zeros" => GridPadding.Zeros,
            "border" => GridPadding.Border,
            "reflection" => GridPadding.Reflection,
            var other => throw node.Invalid($"padding_mode '{PrintableName.Of(other)}' is unknown"),
        };
        return [node.Add(new Graphs.Ops.GridSample(mode, padding, node.Attributes.Flag("align_corners")), x, grid)];
    }
}
