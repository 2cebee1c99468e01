using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// A value for each key, and one for what is no key. Version 1 maps strings alone, 2 lists of numbers, 4 tensors of any type, and a NaN
/// that is a key is found by NaNs. Of equal keys the first one counts.
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
        var f = new Formula(node);
        var x = node.Input(0);
        var values = List(node, "values") ?? throw node.Invalid("it has no values");
        bool ofText = node.Attributes.Strings(TextOfNumbers.Keys) is { Count: > 0 },
            required = node.Attributes.Int(TextOfNumbers.Required) == 1;
        var keys = ofText ? OfText(node, f, ref x, ref values) : List(node, "keys") ?? throw node.Invalid("it has no keys");
        if (keys.Length != values.Length || keys.Type != x.Type.Element)
        {
            throw node.Invalid(
                $"{Counted.Format(keys.Length, "key")} of {keys.Type} and {Counted.Format(values.Length, "value")} for {x.Type}");
        }

        var table = f.Concat(0, node.Constant("values", values), node.Constant("default", Default(node, values.Type)));
        var lookup = KeyTable.Create(node, keys, findsNaN: ofText || node.Opset >= 4);
        return [node.Add(new Graphs.Ops.Gather(0), f.Gather(table, lookup.Order, 0), lookup.Find(x, required))];
    }

    /// <summary>
    /// Keys that are the text of numbers, for elements that are those numbers (<see cref="TextOfNumbers"/>), with the values of those that
    /// are.
    /// </summary>
    private static Tensor OfText(OnnxNode node, Formula f, ref Value x, ref Tensor values)
    {
        var words = node.Attributes.Strings(TextOfNumbers.Keys)!;
        if (words.Count != values.Length || x.Type.Element == ElementType.Bool)
        {
            throw node.Invalid($"{Counted.Format(words.Count, "key")} of text and {Counted.Format(values.Length, "value")} for {x.Type}");
        }

        int[] places;
        Tensor keys;
        if (x.Type.Element.IsFloat())
        {
            var numbers = TextOfNumbers.Fractions(words).ToArray();
            x = f.Cast(x, x.Type.Element == ElementType.F64 ? ElementType.F64 : ElementType.F32);
            places = [.. numbers.Select(n => n.Place)];
            keys = x.Type.Element == ElementType.F64
                ? Tensor.Create<double>(ElementType.F64, [.. numbers.Select(n => n.Number)], places.Length)
                : Tensor.Create([.. numbers.Select(n => (float)n.Number)], places.Length);
        }
        else
        {
            var numbers = TextOfNumbers.Integers(words).ToArray();
            x = f.Cast(x, ElementType.I64);
            places = [.. numbers.Select(n => n.Place)];
            keys = Tensor.Create<long>(ElementType.I64, [.. numbers.Select(n => n.Number)], places.Length);
        }

        if (places.Length == 0)
        {
            throw node.NotSupported("keys of text that are no numbers");
        }

        int size = values.Type.Size();
        var picked = Tensor.Zeros(values.Type, places.Length);
        foreach (var (to, from) in places.Index())
        {
            values.Bytes.Slice(from * size, size).CopyTo(picked.Writable<byte>()[(to * size)..]);
        }

        values = picked;
        return keys;
    }

    private static Tensor? List(OnnxNode node, string name) =>
        node.Attributes.Ints($"{name}_int64s") is { } integers ? Tensor.Create<long>(ElementType.I64, [.. integers], integers.Count)
        : node.Attributes.Floats($"{name}_floats") is { } floats ? Tensor.Create([.. floats], floats.Count)
        : node.Opset >= 4 && node.Attributes.Tensor($"{name}_tensor") is { } tensor ? node.Read(tensor) is var read
            && read.Rank <= 1 ? read.Reshape([read.Length]) : throw node.Invalid($"{name}_tensor is no list")
        : null;

    private static Tensor Default(OnnxNode node, ElementType type) =>
        node.Opset >= 4 && node.Attributes.Tensor("default_tensor") is { } tensor
            ? node.Read(tensor) is { Length: 1 } read && read.Type == type ? read.Reshape([1])
                : throw node.Invalid($"default_tensor is no single {type}")
            : type == ElementType.I64 ? Tensor.Create([node.Attributes.Int("default_int64") ?? -1], 1)
            : type == ElementType.F32 ? Tensor.Create([node.Attributes.Float("default_float") ?? -0f], 1)
            : Tensor.Zeros(type, 1);
}
