using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>x·Wᵀ + b, a column for each target.</summary>
internal static class LinearRegressor
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        long targets = node.Attributes.Int("targets") ?? 1;
        float[] coefficients = Coefficients.Read(node, "coefficients");
        var scores = Product(node, "product", coefficients, Coefficients.Optional(node, "intercepts"), targets >= 1
            && targets <= coefficients.Length ? (int)targets : throw node.Invalid($"{Counted.Format(targets, "target")}"));
        return [new Formula(node).Result(PostTransform.FromNode(node).Apply(scores))];
    }

    /// <summary>The layer that linear models are: its weights are constants, and its precision is chosen.</summary>
    /// <param name="rows">Of coefficients; as many intercepts, or none.</param>
    public static Value Product(OnnxNode node, string part, float[] coefficients, float[] intercepts, int rows)
    {
        if (intercepts.Length != 0 && intercepts.Length != rows)
        {
            throw node.Invalid($"{Counted.Format(intercepts.Length, "intercept")} for {Counted.Format(rows, "row")} of coefficients");
        }

        var (x, weights) = (FeatureRows.Single(node), Coefficients.Columns(node, "coefficients", coefficients, rows));
        return node.AddPart(part, new Graphs.Ops.MatMul(), intercepts.Length == 0 ? [x, weights]
            : [x, weights, Coefficients.Vector(node, "intercepts", intercepts)]);
    }
}
