namespace MixPrec.Runtime.Kernels;

/// <summary>The axes of a dense x, split into those that stay and those that are reduced.</summary>
internal struct ReduceAxes
{
    /// <summary>Walks the outputs: left strides are those of x.</summary>
    public StridedAxes Kept;

    /// <summary>Walks the inputs of one output.</summary>
    public StridedAxes Reduced;

    /// <summary>Elements of y.</summary>
    public int Outputs;

    /// <summary>Elements of x for each element of y.</summary>
    public int Inputs;

    /// <summary>Length of the innermost axis where it is kept, 0 where it is reduced.</summary>
    public int Columns;

    /// <exception cref="ArgumentException">More than 8 axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An axis that the shape does not have.</exception>
    public static ReduceAxes Split(ReadOnlySpan<int> shape, ReadOnlySpan<int> axes)
    {
        int rank = shape.Length;
        Span<int> kept = stackalloc int[StridedAxes.MaxRank], reduced = stackalloc int[StridedAxes.MaxRank],
            strides = stackalloc int[StridedAxes.MaxRank];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, StridedAxes.MaxRank, nameof(shape));
        var split = new ReduceAxes { Outputs = 1, Inputs = 1 };
        shape.CopyTo(kept);
        foreach (ref int size in reduced)
        {
            size = 1;
        }

        foreach (int axis in axes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(axis, nameof(axes));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(axis, rank, nameof(axes));
            reduced[axis] = shape[axis];
            kept[axis] = 1;
        }

        for (int i = rank - 1, stride = 1; i >= 0; stride *= shape[i], i--)
        {
            strides[i] = stride;
            split.Outputs *= kept[i];
            split.Inputs *= reduced[i];
        }

        split.Kept = StridedAxes.Create(kept[..rank], strides[..rank], strides[..rank]);
        split.Reduced = StridedAxes.Create(reduced[..rank], strides[..rank], strides[..rank]);
        int last = split.Kept.Rank - 1;
        split.Columns = last >= 0 && split.Kept.Left(last) == 1 ? split.Kept.Size(last) : 0;
        return split;
    }
}
