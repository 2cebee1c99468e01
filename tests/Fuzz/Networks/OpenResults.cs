using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;

namespace MixPrec.Fuzz.Networks;

/// <summary>
/// Results that the ONNX specification leaves open, so that two implementations may differ: what becomes of NaN in an order (maxima,
/// positions, signs), numbers that the type of a cast cannot hold, the sign of a sum that cancels.
/// </summary>
internal static class OpenResults
{
    private static readonly string[] Orders =
        ["ArgMax", "ArgMin", "Max", "Min", "ReduceMax", "ReduceMin", "MaxPool", "GlobalMaxPool", "Hardmax", "TopK", "Sign", "Clip", "Relu",
            "SVMClassifier", "LinearClassifier", "TreeEnsembleClassifier", "Unique", "NonMaxSuppression", "MaxRoiPool"];

    /// <summary>
    /// Operators whose results jump where rounding decides on which side of a number a sum lies, or which of two is larger.
    /// </summary>
    private static readonly string[] Steps = ["Sign", "Floor", "Ceil", "Round", "TopK", "ArgMax", "ArgMin", "Hardmax", "Cast", "CastLike"];

    /// <summary>Share of the largest element below which a sum has cancelled.</summary>
    private const double Cancelled = 1e-5;

    /// <summary>The reason why results of a model may differ for these inputs; null where they may not.</summary>
    public static string? Reason(ModelProto model, Graph graph, IReadOnlyList<Tensor> inputs)
    {
        var values = NetworkReference.RunAll(model, graph, inputs);
        foreach (var node in model.Graph.Node)
        {
            foreach (double[] read in node.Input.Where(values.ContainsKey).Select(i => values[i]))
            {
                double largest = read.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
                if (Orders.Contains(node.OpType) && read.Any(double.IsNaN))
                {
                    return "an order of NaN is left open";
                }

                if (node.OpType is "Cast" or "CastLike" && read.Any(x => !double.IsFinite(x) || x < 0 || x > int.MaxValue))
                {
                    return "a cast to a type that cannot hold it is left open";
                }

                if (Steps.Contains(node.OpType) && read.Any(x => x != 0 && Math.Abs(x) < Cancelled * largest))
                {
                    return "the sign of a sum that cancels is left open";
                }
            }
        }

        return model.Graph.Node.Any(n => n.OpType == "TopK" && n.Attribute.Any(a => a.Name is "largest" or "sorted" && a.I is not (0 or 1)))
            || (model.Graph.Node.Any(n => n.OpType == "Shrink") && graph.Inputs.Concat(graph.Outputs).Any(v => !v.Type.Element.IsFloat()))
            ? "an attribute or a type outside of the specification" : null;
    }
}
