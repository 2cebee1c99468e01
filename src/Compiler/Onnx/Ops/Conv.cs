using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Convolution of x [N, C, D1…] with w [O, C/group, K1…] and an optional bias [O]. Opset 1, 11 (defaults stated), 22 (bf16).
/// </summary>
internal static class Conv
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (x, w) = (node.Input(0, ElementType.F32), node.Input(1, ElementType.F32));
        var bias = node.InputOrNull(2) is null ? null : node.Input(2, ElementType.F32);
        var window = WindowAttributes.Read(node, x, FilterAttributes.Kernel(node, x, w));
        var conv = new Graphs.Ops.Conv(window.Strides, window.PadsBegin, window.PadsEnd, window.Dilations, FilterAttributes.Groups(node));
        if (bias is null)
        {
            return [node.Add(conv, x, w)];
        }

        // Precision is chosen for constant weights, whose bias is then a constant too, and finite.
        return w.Constant is null || (bias.Constant is { } known && FiniteWeights.Holds(known)) ? [node.Add(conv, x, w, bias)]
            : [node.Add(new Graphs.Ops.Binary(Graphs.Ops.BinaryKind.Add), node.AddPart("product", conv, x, w),
                new Formula(node).Reshape(bias, [bias.Shape[0], .. Enumerable.Repeat(IntExpr.One, x.Rank - 2)]))];
    }
}
