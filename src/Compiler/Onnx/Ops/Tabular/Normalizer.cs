using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// Rows divided by their largest element (MAX, which may be negative), the sum of their absolute values (L1) or their length (L2); a row
/// for which that is 0 stays.
/// </summary>
internal static class Normalizer
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var x = f.Cast(FeatureRows.Number(node), ElementType.F32);
        if (x.Rank is not (1 or 2))
        {
            throw node.Invalid($"{x.Type} is no table of rows");
        }

        int axis = x.Rank - 1;
        var norm = (node.Attributes.String("norm") ?? "MAX") switch
        {
            "MAX" => f.Reduce(ReduceKind.Max, x, axis),
            "L1" => f.Reduce(ReduceKind.Sum, f.Apply(UnaryKind.Abs, x), axis),
            "L2" => f.Apply(UnaryKind.Sqrt, f.Reduce(ReduceKind.Sum, f.Mul(x, x), axis)),
            var other => throw node.Invalid($"norm is '{PrintableName.Format(other)}'"),
        };
        return [f.Result(f.Div(x, f.Where(f.Compare(CompareKind.Equal, norm, f.Number(0)), f.Number(1), norm)))];
    }
}
