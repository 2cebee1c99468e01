using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>True for infinities of the signs asked for. Opset 10, 20.</summary>
internal static class IsInf
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), Elementwise.RequireNumber(node, node.Input(0)));
        bool positive = node.Attributes.Flag("detect_positive", absent: true),
            negative = node.Attributes.Flag("detect_negative", absent: true);
        var high = formula.Compare(CompareKind.Equal, x,
            formula.Number(positive ? double.PositiveInfinity : double.NegativeInfinity, x.Type.Element));
        var low = formula.Compare(CompareKind.Equal, x,
            formula.Number(negative ? double.NegativeInfinity : double.PositiveInfinity, x.Type.Element));
        return [formula.Result(positive || negative ? formula.Compare(CompareKind.Or, high, low)
            : formula.Compare(CompareKind.And, high, low))];
    }
}
