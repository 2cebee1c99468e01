using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// Σ coefficients · kernel(x, support vectors) + rho, or x·coefficients + rho without support vectors; of one class the sign of that.
/// </summary>
internal static class SVMRegressor
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        // ONNX Runtime ignores the transform.
        node.Attributes.Ignore("post_transform");
        var f = new Formula(node);
        float[] coefficients = Coefficients.Read(node, "coefficients"), rho = Coefficients.Read(node, "rho");
        var kernel = SupportVectors.FromNode(node, node.Attributes.Int("n_supports") ?? 0);
        var x = kernel is null ? FeatureRows.Single(node) : kernel.Apply(FeatureRows.Single(node));
        var score = node.AddPart("score", new Graphs.Ops.MatMul(), x, Coefficients.Columns(node, "coefficients", coefficients, 1),
            Coefficients.Vector(node, "rho", rho[..1]));
        return [node.Attributes.Flag("one_class")
            ? f.Result(f.Where(f.Compare(CompareKind.Greater, score, f.Number(0)), f.Number(1), f.Number(-1))) : f.Result(score)];
    }
}
