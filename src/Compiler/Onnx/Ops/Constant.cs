using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// A tensor in an attribute. Opset 1 (value), 9, 11 (sparse_value, refused), 12 (value_float, value_floats, value_int, value_ints; strings
/// are refused), 13…25.
/// </summary>
internal static class Constant
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var attributes = node.Attributes;
        var tensor = attributes.Tensor("value") is { } proto ? node.Read(proto)
            : attributes.Float("value_float") is { } number ? Tensor.Create([number])
            : attributes.Has("value_floats") ? Tensor.Create([.. attributes.Floats("value_floats") ?? []],
                attributes.Floats("value_floats")?.Count ?? 0)
            : attributes.Int("value_int") is { } integer ? Tensor.Create([integer])
            : attributes.Has("value_ints")
                ? Tensor.Create([.. attributes.Ints("value_ints") ?? []], attributes.Ints("value_ints")?.Count ?? 0)
            : throw node.NotSupported("a value that is no dense tensor of numbers");
        return [GraphBuilder.Constant(node.OutputName(0), tensor)];
    }
}
