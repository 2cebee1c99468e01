using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// y = condition ? a : b, elementwise with broadcasting; the condition (input 0) is Bool, a and b (inputs 1, 2) have one type.
/// </summary>
internal sealed record Where : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        inputs[0]!.Element != ElementType.Bool || inputs[1]!.Element != inputs[2]!.Element
            ? throw new ShapeException($"a condition {inputs[0]} and operands {inputs[1]} and {inputs[2]} do not fit")
            : [inputs[1]!.WithShape(Broadcasting.Shape(inputs[0]!.Shape, Broadcasting.Shape(inputs[1]!.Shape, inputs[2]!.Shape)))];

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) => Broadcasting.Equal(outputs[0], inputs);

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        var type = Infer([.. inputs.Select(i => new TensorType(i!.Type, [.. i.Shape.Select(IntExpr.Constant)]))])[0];
        Tensor[] full = [.. inputs.Select(i => new Expand(type.Shape).Evaluate([i])![0])];
        var result = Tensor.Zeros(type.Element, full[1].Shape);
        int size = type.Element.Size();
        for (int i = 0; i < result.Length; i++)
        {
            full[full[0].Span<bool>()[i] ? 1 : 2].Bytes.Slice(i * size, size).CopyTo(result.Writable<byte>()[(i * size)..]);
        }

        return [result];
    }

    public override IReadOnlyList<IntExpr>? EvaluateIntegers(IReadOnlyList<Value> inputs)
    {
        int count = inputs.Max(i => i.Integers!.Count);
        return inputs[0].Constant is null ? null : [.. Enumerable.Range(0, count)
            .Select(i => At(inputs[0], i).Value != 0 ? At(inputs[1], i) : At(inputs[2], i))];

        static IntExpr At(Value value, int i) => value.Integers![value.Integers.Count == 1 ? 0 : i];
    }
}
