using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Convolution of 8-bit codes with scales, as codes of the result: the sums are exact integers; the weights have one scale or one for each
/// output channel. Opset 10.
/// </summary>
internal static class QLinearConv
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var (x, w) = (node.Input(0), node.Input(3));
        var sums = IntegerProducts.Conv(node, f, Quantization.Centered(node, f, x, node.Input(2)),
            Quantization.Centered(node, f, w, PerOutput(f, node.Input(5), 0, w.Rank)));
        sums = node.InputOrNull(8) is null ? sums : f.Add(sums, f.Along(node.Input(8, ElementType.I32), 1, x.Rank));
        var factor = f.Div(f.Mul(f.RequiredSingle(1), PerOutput(f, f.RequiredSingle(4), 1, x.Rank)), f.RequiredSingle(6));
        return [f.Result(Quantization.ToCodes(node, f, f.Mul(f.Cast(sums, ElementType.F32), factor), node.Input(7),
            node.Input(7).Type.Element))];
    }

    private static Value PerOutput(Formula f, Value parameter, int axis, int rank) =>
        parameter.Rank == 1 ? f.Along(parameter, axis, rank) : parameter;
}
