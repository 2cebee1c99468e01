using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;

namespace MixPrec.Fuzz.Networks;

/// <summary>
/// Results that the ONNX specification leaves open, so that two implementations may differ: what becomes of NaN in an order (maxima,
/// positions, signs), numbers that the type of a cast cannot hold, the sign of a sum that cancels, what rounding or overflow decides.
/// </summary>
internal static class OpenResults
{
    private static readonly string[] Orders =
        ["ArgMax", "ArgMin", "Max", "Min", "ReduceMax", "ReduceMin", "MaxPool", "GlobalMaxPool", "Hardmax", "TopK", "Sign", "Clip", "Relu",
            "SVMClassifier", "LinearClassifier", "TreeEnsembleClassifier", "Unique", "NonMaxSuppression", "MaxRoiPool"];

    /// <summary>
    /// Operators whose results jump where rounding decides on which side of a number a sum lies, or which of two is larger.
    /// </summary>
    private static readonly string[] Steps =
        ["Sign", "Floor", "Ceil", "Round", "TopK", "ArgMax", "ArgMin", "Hardmax", "Cast", "CastLike", "Sqrt", "Log", "Pow", "Reciprocal"];

    /// <summary>Operators whose results jump at whole numbers or between two.</summary>
    private static readonly string[] Whole = ["Floor", "Ceil", "Round", "Cast", "CastLike", "OneHot"];

    /// <summary>Functions that begin or end at 1 or −1.</summary>
    private static readonly string[] Ended = ["Acosh", "Acos", "Asin", "Atanh"];

    /// <summary>Share of the largest element below which a sum has cancelled, or a number lies at a step.</summary>
    private const double Cancelled = 1e-5;

    /// <summary>A few units in the last place of a half.</summary>
    private const double NearEnd = 1.0 / (1 << 8);

    private const double NearHalf = 1e-4;

    private const double NearPole = 1.0 / 16, FarAway = 1 << 24, MostSquared = 46340;

    /// <summary>Numbers near the end of their type: whether a sum of them is finite depends on the order of its terms.</summary>
    private const double NearOverflow = 1e36, NearOverflowOfHalf = 1 << 14;

    /// <summary>The reason why results of a model may differ; null where they may not.</summary>
    public static string? Reason(ModelProto model, Graph graph, IReadOnlyDictionary<string, KnownValue> values)
    {
        foreach (var node in model.Graph.Node)
        {
            KnownValue[] read = [.. node.Input.Where(values.ContainsKey).Select(i => values[i])];
            if ((read.Where(r => r.IsFloat).Select(r => Reason(node, r.Numbers, r.Largest)).FirstOrDefault(r => r is not null)
                ?? OfIntegers(node, [.. read.Where(r => !r.IsFloat)]) ?? OfBytes(node, read)) is { } reason)
            {
                return reason;
            }
        }

        bool hasHalves = model.Graph.Initializer.Any(t => t.DataType == ElementType.F16.ToCode())
            || graph.Inputs.Concat(graph.Outputs).Any(v => v.Type.Element == ElementType.F16);
        if (values.Values.Any(v => v.IsFloat && v.Largest > (hasHalves ? NearOverflowOfHalf : NearOverflow)))
        {
            return "which sums overflow is left open";
        }

        if (model.Graph.Node.Any(n => n.OpType == "Squeeze" && n.Input.Count == 1 && n.Attribute.Count == 0))
        {
            // As the user guide says.
            return "Squeeze without axes keeps a size that is open";
        }

        return model.Graph.Node.Any(n => n.Attribute.Any(a => a.Name is "largest" or "sorted" or "is_causal" && a.I is not (0 or 1)))
            || (MissingReference.NodesOf(model).Any(n => n.OpType == "Shrink")
                && graph.Inputs.Concat(graph.Outputs).Any(v => !v.Type.Element.IsFloat()))
            ? "an attribute or a type outside of the specification" : null;
    }

    private static string? Reason(NodeProto node, double[] read, double largest) =>
        Orders.Contains(node.OpType) && read.Any(double.IsNaN) ? "an order of NaN is left open"
        : node.OpType is "Cast" or "CastLike" && read.Any(x => !double.IsFinite(x) || x < 0 || x > int.MaxValue)
            ? "a cast to a type that cannot hold it is left open"
        : node.OpType is "GridSample" or "RoiAlign" && !read.All(x => Math.Abs(x) < FarAway)
            ? "a position that whole numbers cannot hold is left open"
        : node.OpType == "Tan" && read.Any(x => Math.Abs(Math.Cos(x)) < NearPole) ? "a pole is left open up to rounding"
        : Steps.Contains(node.OpType) && read.Any(x => x != 0 && Math.Abs(x) < Cancelled * largest)
            ? "the sign of a sum that cancels is left open"
        : Ended.Contains(node.OpType) && read.Any(x => Math.Abs(Math.Abs(x) - 1) < NearEnd)
            ? "the end of a function's domain is left open up to rounding"
        : Whole.Contains(node.OpType) && read.Any(x => IsAtStep(x, Cancelled * Math.Max(1, largest)))
            ? "the side of a step that rounding decides is left open"
        : null;

    private static string? OfIntegers(NodeProto node, KnownValue[] read) =>
        node.OpType == "Pow" && read.Length > 0 ? "a power that an integer cannot hold is left open"
        : node.OpType is "ReduceLogSum" or "ReduceLogSumExp" && read.Length > 0 ? "a logarithm that an integer cannot hold is left open"
        : node.OpType is "ReduceL2" or "ReduceSumSquare" && read.Any(r => r.Largest > MostSquared)
            ? "squares that an integer cannot hold are left open"
        : null;

    /// <summary>Halves are steps too where another order of a sum misses them.</summary>
    private static string? OfBytes(NodeProto node, KnownValue[] read) =>
        node.OpType == "QuantizeLinear" && read is [{ IsFloat: true } x, { IsFloat: true } scales, ..]
        && scales.Numbers.Any(s => x.Numbers.Any(n => Math.Abs((n / s) - Math.Floor(n / s) - 0.5) < NearHalf))
            ? "the side of a step that rounding decides is left open" : null;

    private static bool IsAtStep(double x, double near) => 2 * x != Math.Round(2 * x) && Math.Abs(x - (Math.Round(2 * x) / 2)) < near;
}
