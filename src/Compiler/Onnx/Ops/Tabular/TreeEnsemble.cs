using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// What the leaves of decision trees hold, joined for each target. Version 5 of the domain; the older operators have classes of their own.
/// </summary>
internal static class TreeEnsemble
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var rows = FeatureRows.Exact(node);
        var trees = new TensorTrees(node).Read(TreeTargets.Count(node));
        var join = (node.Attributes.Int("aggregate_function") ?? 1) switch
        {
            0 => "AVERAGE",
            1 => "SUM",
            2 => "MIN",
            3 => "MAX",
            var other => throw node.Invalid($"aggregate_function is {other}"),
        };
        var (f, scores) = (new Formula(node), TreeTargets.Join(node, trees, rows, join));
        var single = f.Cast(scores, ElementType.F32);
        var result = PostTransform.OfCode(node).Apply(single);
        return [f.Result(f.Cast(ReferenceEquals(result, single) ? scores : result,
            node.Input(0).Type.Element == ElementType.F64 ? ElementType.F64 : ElementType.F32))];
    }
}
