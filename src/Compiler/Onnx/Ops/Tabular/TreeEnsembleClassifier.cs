using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// The class for which the leaves of decision trees hold most, and the scores. Version 1, 3 (tensors of doubles), 5 (replaced by
/// TreeEnsemble). Where leaves know one of two classes only, its sum is a probability if no weight is negative, and wins above ½; else any
/// number, and wins above 0. A class that no leaf names for a row is not its label.
/// </summary>
internal static class TreeEnsembleClassifier
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (f, rows, lists, labels, transform) = (new Formula(node), FeatureRows.Exact(node), new ListedTrees(node, "class"),
            new ClassLabels(node, "classlabels_int64s"), PostTransform.FromNode(node));
        double[] bases = lists.Numbers("base_values");
        long[] named = lists.Outputs;
        bool isBinary = labels.Count == 2 && named.Length == 1;
        if (bases.Length != 0 && bases.Length != labels.Count && !(isBinary && bases.Length == 1))
        {
            throw node.Invalid($"{Counted.Format(bases.Length, "base value")} for {Counted.Format(labels.Count, "class", "classes")}");
        }

        if (isBinary)
        {
            return OneColumn(node, f, lists.Read(1, o => o is 0 or 1 ? 0 : o), rows, labels, transform, bases, isFirst: named[0] == 0);
        }

        var trees = lists.Read(labels.Count);
        var scores = trees.Apply(rows, LeafJoin.Sum);
        scores = bases.Length == 0 ? scores : f.Add(scores, TreeTargets.Numbers(node, "base", bases, scores.Type.Element));
        var label = labels.Count == 1 ? labels.Of(f.Compare(CompareKind.Greater, scores, f.Number(0, scores.Type.Element)), 0, 1)
            : labels.OfHighest(bases.Length > 0 || trees.NamesEveryOutput ? scores
                : f.Where(f.Compare(CompareKind.Greater, trees.Reached(rows), f.Number(0, scores.Type.Element)), scores,
                    f.Number(double.NegativeInfinity, scores.Type.Element)));
        return [label, f.Result(transform.Apply(f.Cast(scores, ElementType.F32)), 1)];
    }

    /// <param name="isFirst">Leaves hold the weights under the number of the first class: so most exporters write it. Under the second
    /// one's the first has the score 0.</param>
    private static IReadOnlyList<Value> OneColumn(OnnxNode node, Formula f, DecisionTrees trees, Value rows, ClassLabels labels,
        PostTransform transform, double[] bases, bool isFirst)
    {
        if (bases.Length == 2 || (bases.Length == 1 && !isFirst))
        {
            throw node.NotSupported($"{Counted.Format(bases.Length, "base value")} beside weights of one of two classes");
        }

        bool isProbability = trees.WeightsArePositive;
        var sum = trees.Apply(rows, LeafJoin.Sum);
        var score = bases.Length == 0 ? sum : f.Add(sum, TreeTargets.Numbers(node, "base", bases, sum.Type.Element));
        var wins = f.Compare(CompareKind.Greater, score, f.Number(isProbability ? 0.5 : 0, score.Type.Element));
        var single = f.Cast(score, ElementType.F32);
        var scores = isFirst ? transform.BothClasses(single, isProbability) : transform.Apply(f.Concat(1, f.Sub(single, single), single));
        return [labels.Of(wins), f.Result(scores, 1)];
    }
}
