using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Samples images at the positions of a grid; integers that single precision holds are sampled in it. Opset 16 (bilinear, nearest,
/// bicubic), 20 (linear, cubic; volumes), 22 (bf16).
/// </summary>
internal static class GridSample
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var grid = node.Input(1, ElementType.F32);
        var type = node.Require(node.Input(0), ElementType.F32, ElementType.I8, ElementType.U8, ElementType.I16, ElementType.U16,
            ElementType.Bool).Type.Element;
        var x = f.Cast(node.Input(0), ElementType.F32);
        GridMode mode = (node.Attributes.String("mode") ?? "linear") switch
        {
            "bilinear" or "linear" => GridMode.Linear,
            "nearest" => GridMode.Nearest,
            "bicubic" or "cubic" => GridMode.Cubic,
            var other => throw node.Invalid($"mode '{PrintableName.Format(other)}' is unknown"),
        };
        GridPadding padding = (node.Attributes.String("padding_mode") ?? "zeros") switch
        {
            "zeros" => GridPadding.Zeros,
            "border" => GridPadding.Border,
            "reflection" => GridPadding.Reflection,
            var other => throw node.Invalid($"padding_mode '{PrintableName.Format(other)}' is unknown"),
        };
        var op = new Graphs.Ops.GridSample(mode, padding, node.Attributes.Flag("align_corners"));
        return type == ElementType.F32 ? [node.Add(op, x, grid)] : [f.Result(f.Cast(node.AddPart("single", op, x, grid), type))];
    }
}
