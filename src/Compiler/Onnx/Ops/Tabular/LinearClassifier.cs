using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// The class with the highest of scores x·Wᵀ + b, and the scores. One row of coefficients for two classes is the second one's score: it
/// wins above 0.
/// </summary>
internal static class LinearClassifier
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        node.Attributes.Ignore("multi_class");
        var (labels, transform) = (new ClassLabels(node, "classlabels_ints"), PostTransform.FromNode(node));
        float[] coefficients = Coefficients.Read(node, "coefficients"), intercepts = Coefficients.Optional(node, "intercepts");
        int rows = intercepts.Length > 0 ? intercepts.Length : labels.Count;
        if (rows != labels.Count && (rows != 1 || labels.Count != 2))
        {
            throw node.Invalid($"{Counted.Format(rows, "row")} of coefficients for {Counted.Format(labels.Count, "class", "classes")}");
        }

        var f = new Formula(node);
        var scores = LinearRegressor.Product(node, "scores", coefficients, intercepts, rows);
        return rows == 1 && labels.Count == 2
            ? [labels.Of(f.Compare(CompareKind.Greater, scores, f.Number(0))),
                f.Result(transform.BothClasses(scores, isProbability: true), 1)]
            : [labels.OfHighest(scores), f.Result(transform.Apply(scores), 1)];
    }
}
