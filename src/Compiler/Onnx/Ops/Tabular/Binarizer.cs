using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>1 where x exceeds a threshold, else 0.</summary>
internal static class Binarizer
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (f, x) = (new Formula(node), FeatureRows.Number(node));
        var (single, element) = (x.Type.Element == ElementType.F32 ? x : f.Cast(x, ElementType.F64), x.Type.Element);
        var above = f.Compare(CompareKind.Greater, single, f.Number(node.Attributes.Float("threshold") ?? 0, single.Type.Element));
        return [f.Result(f.Cast(above, element))];
    }
}
