using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// Output index i along dimension d is input index <c>Starts[d] + i·Steps[d]</c>, with <c>Sizes[d]</c> positions; one entry per dimension
/// (starts resolved to be in range). Split is several of these.
/// </summary>
internal sealed record Slice(IReadOnlyList<IntExpr> Starts, IReadOnlyList<int> Steps, IReadOnlyList<IntExpr> Sizes) : Op
{
    public override IEnumerable<IntExpr> ReadSizes => Starts;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) =>
        inputs[0]!.Rank != Starts.Count ? throw new ShapeException($"a slice of rank {Starts.Count} does not fit {inputs[0]}") : [inputs[0]!.WithShape(Sizes)];

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        var strides = StridedView.RowMajor(inputs[0]!.Shape);
        long offset = Starts.Select((s, d) => s.Value * strides[d]).Sum();
        long[] sizes = [.. Sizes.Select(s => s.Value)];
        return [StridedView.Copy(inputs[0]!, sizes, sizes.Contains(0) ? 0 : offset, [.. strides.Select((s, d) => s * Steps[d])])];
    }

    public bool Equals(Slice? other) => other is not null && Starts.SequenceEqual(other.Starts) && Steps.SequenceEqual(other.Steps) && Sizes.SequenceEqual(other.Sizes);

    public override int GetHashCode() => Sizes.Aggregate(0, HashCode.Combine);

    public override IReadOnlyList<IntExpr>? EvaluateIntegers(IReadOnlyList<Value> inputs) => inputs[0].Rank != 1 ? inputs[0].Integers
        : !Starts[0].IsConstant ? null
        : [.. Enumerable.Range(0, (int)Sizes[0].Value).Select(i => inputs[0].Integers![(int)Starts[0].Value + (i * Steps[0])])];
}
