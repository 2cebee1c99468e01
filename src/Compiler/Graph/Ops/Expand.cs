using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// Repeats the input by broadcasting to <paramref name="Shape"/> (resolved: the full result shape). ConstantOfShape with a dynamic shape is
/// this too.
/// </summary>
internal sealed record Expand(IReadOnlyList<IntExpr> Shape) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        [inputs[0]!.WithShape(Broadcasting.Shape(inputs[0]!.Shape, Shape))];

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) => Broadcasting.Equal(outputs[0], [inputs[0], inputs[0]!.WithShape(Shape)]);

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        // A size of the shape may be open where that of the input is not: the result has the one that is known.
        long[] shape = [.. Result(inputs[0]!.Shape).Select(d => d.Value)];
        return [StridedView.Copy(inputs[0]!, shape, 0,
            [.. Broadcasting.Strides([.. inputs[0]!.Shape.Select(IntExpr.Constant)], shape.Length).Select(s => s.Value)])];
    }

    public bool Equals(Expand? other) => other is not null && Shape.SequenceEqual(other.Shape);

    public override int GetHashCode() => Shape.Aggregate(0, HashCode.Combine);

    public override IReadOnlyList<IntExpr>? EvaluateIntegers(IReadOnlyList<Value> inputs) => Shape.Count == 0 ? inputs[0].Integers
        : [.. Enumerable.Range(0, (int)Result([inputs[0].Integers!.Count])[0].Value)
            .Select(i => inputs[0].Integers![inputs[0].Integers!.Count == 1 ? 0 : i])];

    private IReadOnlyList<IntExpr> Result(IEnumerable<long> input) => Broadcasting.Shape([.. input.Select(IntExpr.Constant)], Shape);
}
