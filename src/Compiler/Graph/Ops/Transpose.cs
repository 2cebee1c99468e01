namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>Output dimension i is input dimension <c>Permutation[i]</c>.</summary>
internal sealed record Transpose(IReadOnlyList<int> Permutation) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var x = inputs[0]!;
        return !Permutation.Order().SequenceEqual(Enumerable.Range(0, x.Rank))
            ? throw new ShapeException($"[{string.Join(", ", Permutation)}] is no permutation of the dimensions of {x}")
            : [x.WithShape([.. Permutation.Select(p => x.Shape[p])])];
    }

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        var x = inputs[0]!;
        long[] strides = [.. StridedView.RowMajor(x.Shape)];
        return [StridedView.Copy(x, [.. Permutation.Select(p => x.Shape[p])], 0, [.. Permutation.Select(p => strides[p])])];
    }

    public override WeightScales? ScalesOf(IReadOnlyList<Value?> inputs) =>
        inputs[0]?.Scales is not { } scales ? null : scales.Axis is { } axis ? scales with { Axis = Permutation.ToList().IndexOf(axis) }
            : scales;

    public bool Equals(Transpose? other) => other is not null && Permutation.SequenceEqual(other.Permutation);

    public override int GetHashCode() => Permutation.Aggregate(0, HashCode.Combine);
}
