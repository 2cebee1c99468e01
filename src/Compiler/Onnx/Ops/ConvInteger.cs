using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Convolution of 8-bit codes less their zero points, as 32-bit integers. Opset 10.</summary>
internal static class ConvInteger
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var w = node.Input(1);
        var zero = node.InputOrNull(3) is { Rank: 1 } perOutput ? f.Along(perOutput, 0, w.Rank) : node.InputOrNull(3);
        return [f.Result(IntegerProducts.Conv(node, f, Quantization.Centered(node, f, node.Input(0), node.InputOrNull(2)),
            Quantization.Centered(node, f, w, zero)))];
    }
}
