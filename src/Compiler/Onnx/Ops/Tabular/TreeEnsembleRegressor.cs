using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// What the leaves of decision trees hold, joined for each target, and a base value. Version 1, 3 (tensors of doubles), 5 (replaced by
/// TreeEnsemble).
/// </summary>
internal static class TreeEnsembleRegressor
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (f, rows, lists) = (new Formula(node), FeatureRows.Exact(node), new ListedTrees(node, "target"));
        int targets = TreeTargets.Count(node);
        double[] bases = lists.Numbers("base_values");
        if (bases.Length != 0 && bases.Length != targets)
        {
            throw node.Invalid($"{Counted.Format(bases.Length, "base value")} for {Counted.Format(targets, "target")}");
        }

        var scores = TreeTargets.Join(node, lists.Read(targets), rows, node.Attributes.String("aggregate_function") ?? "SUM");
        var based = bases.Length == 0 ? scores : f.Add(scores, TreeTargets.Numbers(node, "base", bases, scores.Type.Element));
        return [f.Result(PostTransform.FromNode(node).Apply(f.Cast(based, ElementType.F32)))];
    }
}
