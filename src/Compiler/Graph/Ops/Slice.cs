using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// Output index i along dimension d is input index <c>Starts[d] + i·Steps[d]</c>, with <c>Sizes[d]</c> positions; one entry per dimension
/// (starts resolved to be in range). Split is several of these.
/// </summary>
internal sealed record Slice(IReadOnlyList<IntExpr> Starts, IReadOnlyList<int> Steps, IReadOnlyList<IntExpr> Sizes) : Op
{
    public override IEnumerable<IntExpr> ReadSizes => Starts;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var x = inputs[0]!;
        return x.Rank != Starts.Count || Enumerable.Range(0, x.Rank).Any(d => LeavesAxis(x.Shape[d], d))
            ? throw new ShapeException($"positions from [{string.Join(", ", Starts)}] on, [{string.Join(", ", Sizes)}] "
                + $"in steps of [{string.Join(", ", Steps)}], do not lie in {x}")
            : [x.WithShape(Sizes)];
    }

    /// <summary>True when the first or last position along an axis is seen to lie outside.</summary>
    private bool LeavesAxis(IntExpr size, int d)
    {
        if (Sizes[d] is not { IsConstant: true, Value: > 0 and var count } || Starts[d] is not { IsConstant: true, Value: var first })
        {
            return false;
        }

        Int128 last = first + ((Int128)(count - 1) * Steps[d]), end = size.IsConstant ? size.Value : Int128.MaxValue;
        return first < 0 || last < 0 || first >= end || last >= end;
    }

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        var strides = StridedView.RowMajor(inputs[0]!.Shape);
        long offset = Starts.Select((s, d) => s.Value * strides[d]).Sum();
        long[] sizes = [.. Sizes.Select(s => s.Value)];
        return [StridedView.Copy(inputs[0]!, sizes, sizes.Contains(0) ? 0 : offset, [.. strides.Select((s, d) => s * Steps[d])])];
    }

    public bool Equals(Slice? other) => other is not null && Starts.SequenceEqual(other.Starts) && Steps.SequenceEqual(other.Steps)
        && Sizes.SequenceEqual(other.Sizes);

    public override int GetHashCode() => Sizes.Aggregate(0, HashCode.Combine);

    public override IReadOnlyList<IntExpr>? EvaluateIntegers(IReadOnlyList<Value> inputs) => inputs[0].Rank != 1 ? inputs[0].Integers
        : !Starts[0].IsConstant ? null
        : [.. Enumerable.Range(0, (int)Sizes[0].Value).Select(i => inputs[0].Integers![(int)Starts[0].Value + (i * Steps[0])])];
}
