using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Tabular;

/// <summary>The outputs of trees that are no classes.</summary>
internal static class TreeTargets
{
    private const int Most = 1 << 20;

    /// <exception cref="MixPrecException">MXP3004: it is no number of targets; MXP3001: there are more than a million.</exception>
    public static int Count(OnnxNode node) => (node.Attributes.Int("n_targets") ?? 1) switch
    {
        >= 1 and <= Most and var count => (int)count,
        < 1 and var count => throw node.Invalid($"n_targets is {count}"),
        var count => throw node.NotSupported($"{Counted.Format(count, "target")}, more than {Most}"),
    };

    /// <param name="function">SUM, AVERAGE (over all trees), MIN or MAX.</param>
    public static Value Join(OnnxNode node, DecisionTrees trees, Value rows, string function)
    {
        var scores = trees.Apply(rows, function switch
        {
            "SUM" or "AVERAGE" => LeafJoin.Sum,
            "MIN" => LeafJoin.Minimum,
            "MAX" => LeafJoin.Maximum,
            _ => throw node.Invalid($"aggregate_function is '{PrintableName.Format(function)}'"),
        });
        var f = new Formula(node);
        return function == "AVERAGE" ? f.Div(scores, f.Number(trees.Count, scores.Type.Element)) : scores;
    }

    /// <summary>One number for each output.</summary>
    public static Value Numbers(OnnxNode node, string part, double[] numbers, ElementType type) =>
        new Formula(node).Cast(node.Constant(part, Tensor.Create<double>(ElementType.F64, numbers, numbers.Length)), type);
}
