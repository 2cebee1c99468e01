using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Keeps the upper or lower triangle of matrices, moved by k diagonals. Opset 14.</summary>
internal static class Trilu
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0));
        if (x.Rank < 2)
        {
            throw node.Invalid($"{x.Type} is no matrix");
        }

        bool upper = node.Attributes.Flag("upper", absent: true);
        long k = node.ConstantInteger(1) ?? 0;
        var rows = formula.Positions(x.Shape[^2], 0, 2, k);
        var columns = formula.Positions(x.Shape[^1], 1, 2);
        var kept = formula.Compare(upper ? CompareKind.LessOrEqual : CompareKind.GreaterOrEqual, rows, columns);
        return [node.Add(new Graphs.Ops.Where(), kept, x, formula.Zero(x.Type.Element))];
    }
}
