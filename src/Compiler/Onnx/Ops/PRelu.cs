using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = x &lt; 0 ? slope·x : x; the slope broadcasts to x. Opset 7, 9 (integers), 16 (bf16).</summary>
internal static class PRelu
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (x, slope) = (Elementwise.RequireNumber(node, node.Input(0)), node.Input(1));
        return Broadcasting.Fits(slope.Shape, x.Shape)
            ? [node.Add(new Binary(BinaryKind.PRelu), x, slope)]
            : throw node.Invalid($"slope {slope.Type} does not broadcast to {x.Type}");
    }
}
