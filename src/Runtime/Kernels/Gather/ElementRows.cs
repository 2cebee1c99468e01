namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The rows (runs along the last axis) of a tensor of indices beside the elements of the tensor that they pick from, along one axis.
/// </summary>
internal struct ElementRows
{
    private StridedAxes axes;

    /// <summary>Elements of a row.</summary>
    public int Length { get; private init; }

    /// <summary>Elements of x from one element of a row to the next, without what the index adds.</summary>
    public nint Step { get; private init; }

    /// <summary>Elements of x along the axis that indices pick from, and from one of its positions to the next.</summary>
    public int AxisLength { get; private init; }

    public nint AxisStride { get; private init; }

    /// <summary>Whether there is a row at the present offsets.</summary>
    public bool HasRow { get; private set; }

    /// <exception cref="ArgumentException">The ranks differ or are not 1 to 8, or the indices reach further than x along another axis than
    /// <paramref name="axis"/>.</exception>
    public static ElementRows Create(ReadOnlySpan<int> shape, ReadOnlySpan<int> indexShape, int axis)
    {
        int rank = shape.Length;
        if (rank is < 1 or > StridedAxes.MaxRank || indexShape.Length != rank || axis < 0 || axis >= rank)
        {
            throw new ArgumentException(
                $"Indices of {indexShape.Length} axes pick along axis {axis} of {rank}; "
                + $"equal numbers from 1 to {StridedAxes.MaxRank} are needed.");
        }

        Span<int> left = stackalloc int[StridedAxes.MaxRank], right = stackalloc int[StridedAxes.MaxRank];
        int stride = 1, indexStride = 1, axisStride = 1;
        for (int i = rank - 1; i >= 0; i--)
        {
            if (i == axis)
            {
                axisStride = stride;
            }
            else if (indexShape[i] > shape[i])
            {
                throw new ArgumentException($"Indices have {indexShape[i]} positions along axis {i}, where there are {shape[i]} elements.");
            }

            left[i] = i == axis ? 0 : stride;
            right[i] = indexStride;
            stride = checked(stride * shape[i]);
            indexStride = checked(indexStride * indexShape[i]);
        }

        var outer = StridedAxes.Create(indexShape[..^1], left[..(rank - 1)], right[..(rank - 1)]);
        return new()
        {
            axes = outer,
            Length = indexShape[^1],
            Step = axis == rank - 1 ? 0 : 1,
            AxisLength = shape[axis],
            AxisStride = axisStride,
            HasRow = !outer.IsEmpty && indexShape[^1] > 0,
        };
    }

    /// <summary>Moves the offsets into x and into the indices to the next row.</summary>
    public void Advance(ref nint offset, ref nint indexOffset) => HasRow = axes.Advance(axes.Rank, ref offset, ref indexOffset);
}
