using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// The inputs beside each other in one row of fp32; of each as many columns as its dimension says, with zeros where it has fewer.
/// </summary>
internal static class FeatureVectorizer
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var sizes = node.Attributes.Sizes("inputdimensions") ?? throw node.Invalid("inputdimensions are missing");
        if (node.InputCount == 0 || sizes.Count != node.InputCount || sizes.Any(s => s < 0))
        {
            throw node.Invalid($"it has {Counted.Format(node.InputCount, "input")} and {Counted.Format(sizes.Count, "dimension")}");
        }

        return [f.Result(f.Concat(1, [.. sizes.Select((size, i) => Columns(node, f, i, size))]))];
    }

    private static Value Columns(OnnxNode node, Formula f, int input, int size)
    {
        var x = f.Cast(FeatureRows.Number(node, input), ElementType.F32);
        var rows = x.Rank < 2 ? f.Reshape(x, 1, x.Type.Length) : x.Rank == 2 ? x
            : f.Reshape(x, x.Shape[0], IntExpr.Product(x.Shape.Skip(1)));
        return rows.Shape[1] == size ? rows
            : rows.Shape[1] is { IsConstant: true } given ? given.Value > size ? f.Slice(rows, 1, 0, size)
                : f.Pad(rows, 1, 0, size - (int)given.Value)
            : throw node.Unsupported($"the number of columns of input {input}, '{rows.Shape[1]}', has to be known when the model is built");
    }
}
