using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Determinants of square matrices of up to four rows, expanded along the first row. Opset 11, 22 (bf16).</summary>
internal static class Det
{
    /// <summary>The expansion has n! products; larger matrices want pivots.</summary>
    private const int MostRows = 4;

    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Require(node.Input(0), ElementType.F32, ElementType.F64));
        if (x.Rank < 2 || x.Shape[^1] != x.Shape[^2] || x.Shape[^1] is not { IsConstant: true, Value: >= 1 } rows)
        {
            throw node.Invalid($"{x.Type} holds no square matrices of a known size");
        }

        int n = rows.Value <= MostRows ? (int)rows.Value : throw node.NotSupported($"matrices of {rows} rows");
        return [formula.Result(formula.Reshape(Minor(formula, x, 0, [.. Enumerable.Range(0, n)]), x.Shape.SkipLast(2)))];
    }

    /// <summary>[…, 1, 1]: the determinant of the rows from <paramref name="row"/> on and some columns.</summary>
    private static Value Minor(Formula f, Value x, int row, IReadOnlyList<int> columns)
    {
        Value? sum = null;
        for (int i = 0; i < columns.Count; i++)
        {
            var element = f.Slice(f.Slice(x, x.Rank - 2, row, 1), x.Rank - 1, columns[i], 1);
            var term = columns.Count == 1 ? element : f.Mul(element, Minor(f, x, row + 1, [.. columns.Where((_, c) => c != i)]));
            sum = sum is null ? term : i % 2 == 0 ? f.Add(sum, term) : f.Sub(sum, term);
        }

        return sum!;
    }
}
