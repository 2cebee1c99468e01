using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// The same elements in the same order under the shape <paramref name="Shape"/> (resolved: no 0 or −1). Flatten, Squeeze and Unsqueeze are
/// this too.
/// </summary>
internal sealed record Reshape(IReadOnlyList<IntExpr> Shape) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (from, to) = (inputs[0]!.Length, IntExpr.Product(Shape));
        return (from - to).IsConstant && from != to
            ? throw new ShapeException($"{inputs[0]} cannot become [{string.Join(", ", Shape)}]")
            : [inputs[0]!.WithShape(Shape)];
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) => [(inputs[0]!.Length, outputs[0].Length)];

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs) => [inputs[0]!.Reshape([.. Shape.Select(d => d.Value)])];

    public override WeightScales? ScalesOf(IReadOnlyList<Value?> inputs) =>
        inputs[0]?.Scales is { } scales && (scales.Axis is null || Shape.SequenceEqual(inputs[0]!.Shape)) ? scales : null;

    public bool Equals(Reshape? other) => other is not null && Shape.SequenceEqual(other.Shape);

    public override int GetHashCode() => Shape.Aggregate(0, HashCode.Combine);

    public override IReadOnlyList<IntExpr>? EvaluateIntegers(IReadOnlyList<Value> inputs) => inputs[0].Integers;
}
