using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// A last axis with 1 for the category that an element is, and 0 for the others. An element that is none has zeros only, or is an error of
/// the run. Of equal categories the last one counts.
/// </summary>
internal static class OneHotEncoder
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        if (node.Attributes.Strings("cats_strings") is { Count: > 0 })
        {
            throw node.NotSupported("categories that are strings (cats_strings)");
        }

        var f = new Formula(node);
        long[] categories = [.. node.Attributes.Ints("cats_int64s") ?? []];
        if (categories.Length == 0)
        {
            throw node.Invalid("it has no category");
        }

        var x = f.Cast(FeatureRows.Number(node), ElementType.I64);
        var table = KeyTable.Create(node, Tensor.Create(categories, categories.Length), findsNaN: false);
        var position = table.Find(x, required: !node.Attributes.Flag("zeros", absent: true));
        var last = categories.Index().GroupBy(c => c.Item).ToDictionary(g => g.Key, g => g.Max(c => c.Index));
        long[] places = [.. categories.Select((c, i) => last[c] == i ? table.Places[i] : -1L)];
        var hit = f.Compare(CompareKind.Equal, f.Reshape(position, [.. x.Shape, IntExpr.One]),
            node.Constant("categories", Tensor.Create(places, places.Length)));
        return [f.Result(f.Cast(hit, ElementType.F32))];
    }
}
