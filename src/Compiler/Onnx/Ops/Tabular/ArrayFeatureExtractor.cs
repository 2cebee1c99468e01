using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>Columns of x, picked along the last axis by a list of positions; of a vector they are one row.</summary>
internal static class ArrayFeatureExtractor
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (f, x, positions) = (new Formula(node), FeatureRows.Number(node), node.Input(1, ElementType.I64));
        if (x.Rank == 0)
        {
            throw node.Invalid("a scalar has no columns");
        }

        var table = x.Rank > 1 ? x : f.Reshape(x, 1, x.Shape[0]);
        return [node.Add(new Graphs.Ops.Gather(table.Rank - 1), table, f.Reshape(positions, positions.Type.Length))];
    }
}
