using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// Numbers for those that are missing: one for all columns or one for each. What is missing is NaN or a number that stands for it.
/// </summary>
internal static class Imputer
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (f, x) = (new Formula(node), FeatureRows.Number(node));
        var element = x.Type.Element;
        var (values, replaced, isNaN) = element.IsFloat() ? OfFloats(node) : OfIntegers(node);
        if (values.Length == 0 || x.Rank == 0)
        {
            throw node.Invalid($"no values for {x.Type}");
        }

        Value Constant(string part, Tensor numbers) => f.Cast(node.Constant(part, numbers), element);
        var missing = isNaN ? f.Not(f.Compare(CompareKind.Equal, x, x)) : f.Compare(CompareKind.Equal, x, Constant("missing", replaced));
        var result = f.Where(missing, Constant("values", values), x);
        return result.Type.Equals(x.Type) ? [f.Result(result)]
            : throw node.Invalid($"{Counted.Format(values.Length, "value")} for the columns of {x.Type}");
    }

    private static (Tensor Values, Tensor Replaced, bool IsNaN) OfFloats(OnnxNode node)
    {
        node.Attributes.Ignore("imputed_value_int64s", "replaced_value_int64");
        float[] values = [.. node.Attributes.Floats("imputed_value_floats") ?? []];
        float replaced = node.Attributes.Float("replaced_value_float") ?? 0;
        return (Tensor.Create(values, values.Length), Tensor.Create([replaced]), float.IsNaN(replaced));
    }

    private static (Tensor Values, Tensor Replaced, bool IsNaN) OfIntegers(OnnxNode node)
    {
        node.Attributes.Ignore("imputed_value_floats", "replaced_value_float");
        long[] values = [.. node.Attributes.Ints("imputed_value_int64s") ?? []];
        return (Tensor.Create(values, values.Length), Tensor.Create([node.Attributes.Int("replaced_value_int64") ?? 0]), false);
    }
}
