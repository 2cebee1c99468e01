using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// Makes a map from labels to scores out of each row; here the scores themselves pass, column by column in the order of the labels.
/// </summary>
internal static class ZipMap
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        node.Attributes.Ignore("classlabels_int64s", "classlabels_strings");
        return [new Formula(node).Result(node.Input(0, ElementType.F32))];
    }
}
