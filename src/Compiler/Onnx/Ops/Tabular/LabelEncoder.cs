using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// A value for each key, and one for what is no key. Version 1 maps strings alone, 2 lists of numbers, 4 tensors of any type, and a NaN that is a key is found by NaNs.
/// Of equal keys the first one counts.
/// </summary>
internal static class LabelEncoder
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        foreach (string attribute in (ReadOnlySpan<string>)["classes_strings", "keys_strings", "values_strings"])
        {
            if (node.Attributes.Strings(attribute) is { Count: > 0 })
            {
                throw node.NotSupported($"strings ({attribute})");
            }
        }

        node.Attributes.Ignore("default_string", "default_int64", "default_float");
        var x = node.Input(0);
        Tensor keys = List(node, "keys") ?? throw node.Invalid("it has no keys"), values = List(node, "values") ?? throw node.Invalid("it has no values");
        if (keys.Length != values.Length || keys.Type != x.Type.Element)
        {
            throw node.Invalid($"{Counted.Of(keys.Length, "key")} of {keys.Type} and {Counted.Of(values.Length, "value")} for {x.Type}");
        }

        var f = new Formula(node);
        var table = f.Concat(0, node.Constant("values", values), node.Constant("default", Default(node, values.Type)));
        var lookup = KeyTable.Of(node, keys, findsNaN: node.Opset >= 4);
        return [node.Add(new Graphs.Ops.Gather(0), f.Gather(table, lookup.Order, 0), lookup.Find(x, required: false))];
    }

    private static Tensor? List(OnnxNode node, string name) =>
        node.Attributes.Ints($"{name}_int64s") is { } integers ? Tensor.Of<long>(ElementType.I64, [.. integers], integers.Count)
        : node.Attributes.Floats($"{name}_floats") is { } floats ? Tensor.Of([.. floats], floats.Count)
        : node.Opset >= 4 && node.Attributes.Tensor($"{name}_tensor") is { } tensor ? node.Read(tensor) is var read && read.Rank <= 1 ? read.Reshape([read.Length]) : throw node.Invalid($"{name}_tensor is no list")
        : null;

    private static Tensor Default(OnnxNode node, ElementType type) =>
        node.Opset >= 4 && node.Attributes.Tensor("default_tensor") is { } tensor
            ? node.Read(tensor) is { Length: 1 } read && read.Type == type ? read.Reshape([1]) : throw node.Invalid($"default_tensor is no single {type}")
            : type == ElementType.I64 ? Tensor.Of([node.Attributes.Int("default_int64") ?? -1], 1)
            : type == ElementType.F32 ? Tensor.Of([node.Attributes.Float("default_float") ?? -0f], 1)
            : Tensor.Zeros(type, 1);
}
