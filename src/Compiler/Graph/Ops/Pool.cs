namespace MixPrec.Compiler.Graphs.Ops;

internal enum PoolKind
{
    Max, Average,
}

/// <summary>Maximum or mean over sliding windows of x [N, C, D1…]; attribute lists have one entry per spatial dimension.</summary>
/// <param name="CountPadding">Average only: padding counts in the denominator.</param>
internal sealed record Pool(
    PoolKind Function, IReadOnlyList<int> Kernel, IReadOnlyList<int> Strides, IReadOnlyList<int> PadsBegin, IReadOnlyList<int> PadsEnd,
    IReadOnlyList<int> Dilations, bool CeilMode, bool CountPadding) : Op
{
    public override string Kind => $"{Function}Pool";

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var x = inputs[0]!;
        if (x.Rank != Kernel.Count + 2)
        {
            throw new ShapeException($"a window of rank {Kernel.Count} does not fit {x}");
        }

        var output = Enumerable.Range(0, Kernel.Count).Select(i =>
            Windows.OutputSize(x.Shape[i + 2], Kernel[i], Strides[i], PadsBegin[i], PadsEnd[i], Dilations[i], CeilMode));
        return [x.WithShape([x.Shape[0], x.Shape[1], .. output])];
    }

    public bool Equals(Pool? other) => other is not null && Function == other.Function && CeilMode == other.CeilMode
        && CountPadding == other.CountPadding
        && Kernel.SequenceEqual(other.Kernel) && Strides.SequenceEqual(other.Strides) && PadsBegin.SequenceEqual(other.PadsBegin)
        && PadsEnd.SequenceEqual(other.PadsEnd) && Dilations.SequenceEqual(other.Dilations);

    public override int GetHashCode() => HashCode.Combine(Function, Kernel.Count, CeilMode, CountPadding);
}
