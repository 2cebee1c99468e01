namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Up to 8 axes that two operands are walked along together, each with its own strides (elements; 0 where an operand is broadcast, negative
/// backwards).
/// Axes of size 1 are left out, and neighbours that both operands cross in one stride are one axis, so that kernels meet few and long axes.
/// </summary>
internal unsafe struct StridedAxes
{
    public const int MaxRank = 8;

    private fixed int sizes[MaxRank];
    private fixed int left[MaxRank];
    private fixed int right[MaxRank];
    private fixed int index[MaxRank];

    /// <summary>Axes that are left; 0 for a single element.</summary>
    public int Rank { get; private set; }

    /// <summary>Whether some axis has size 0.</summary>
    public bool IsEmpty { get; private set; }

    /// <param name="shape">Sizes, outermost first.</param>
    /// <param name="leftStrides">One for each axis.</param>
    /// <param name="rightStrides">One for each axis.</param>
    /// <param name="sortByRight">Orders the axes by falling strides of the right operand, which then is written from front to back.</param>
    /// <exception cref="ArgumentException">More than 8 axes, or lists of different lengths.</exception>
    public static StridedAxes Create(ReadOnlySpan<int> shape, ReadOnlySpan<int> leftStrides, ReadOnlySpan<int> rightStrides,
        bool sortByRight = false)
    {
        if (shape.Length > MaxRank || leftStrides.Length != shape.Length || rightStrides.Length != shape.Length)
        {
            throw new ArgumentException(
                $"Shape and strides have {shape.Length}, {leftStrides.Length} and {rightStrides.Length} entries; "
                + $"equal numbers up to {MaxRank} are needed.");
        }

        var axes = default(StridedAxes);
        for (int i = 0; i < shape.Length; i++)
        {
            axes.IsEmpty |= shape[i] <= 0;
            if (shape[i] != 1)
            {
                axes.Insert(shape[i], leftStrides[i], rightStrides[i], sortByRight);
            }
        }

        axes.Merge();
        return axes;
    }

    public readonly int Size(int axis) => sizes[axis];

    public readonly int Left(int axis) => left[axis];

    public readonly int Right(int axis) => right[axis];

    /// <summary>Indices begin … end - 1 of the first axis; the offsets move to the first of them.</summary>
    public readonly StridedAxes Narrow(int begin, int end, ref nint leftOffset, ref nint rightOffset)
    {
        var part = this;
        if (Rank > 0)
        {
            part.sizes[0] = end - begin;
            leftOffset += (nint)begin * left[0];
            rightOffset += (nint)begin * right[0];
        }

        return part;
    }

    /// <summary>Indices of the first axis: what <see cref="Narrow"/> takes parts of; 1 for a single element.</summary>
    public readonly int Outermost => Rank == 0 ? 1 : sizes[0];

    /// <summary>Elements for each index of the first axis.</summary>
    public readonly long Inner
    {
        get
        {
            long inner = 1;
            for (int axis = 1; axis < Rank; axis++)
            {
                inner *= sizes[axis];
            }

            return inner;
        }
    }

    /// <summary>Makes <paramref name="axis"/> the last but one; the others keep their order.</summary>
    public void MoveBeforeLast(int axis)
    {
        for (int i = axis; i < Rank - 2; i++)
        {
            Swap(i, i + 1);
        }
    }

    /// <summary>
    /// Moves both offsets to the next index of the first <paramref name="count"/> axes; false after the last one, with the offsets where
    /// they began.
    /// </summary>
    public bool Advance(int count, ref nint leftOffset, ref nint rightOffset)
    {
        for (int axis = count - 1; axis >= 0; axis--)
        {
            leftOffset += left[axis];
            rightOffset += right[axis];
            if (++index[axis] < sizes[axis])
            {
                return true;
            }

            index[axis] = 0;
            leftOffset -= (nint)left[axis] * sizes[axis];
            rightOffset -= (nint)right[axis] * sizes[axis];
        }

        return false;
    }

    private void Insert(int size, int leftStride, int rightStride, bool sort)
    {
        int axis = Rank++;
        sizes[axis] = size;
        left[axis] = leftStride;
        right[axis] = rightStride;
        for (; sort && axis > 0 && Math.Abs((long)right[axis]) > Math.Abs((long)right[axis - 1]); axis--)
        {
            Swap(axis, axis - 1);
        }
    }

    private void Merge()
    {
        int kept = 0;
        for (int axis = 1; axis < Rank; axis++)
        {
            bool joins = left[kept] == (long)left[axis] * sizes[axis] && right[kept] == (long)right[axis] * sizes[axis];
            int outer = joins ? sizes[kept] : 1;
            kept += joins ? 0 : 1;
            sizes[kept] = outer * sizes[axis];
            left[kept] = left[axis];
            right[kept] = right[axis];
        }

        Rank = Math.Min(Rank, kept + 1);
    }

    private void Swap(int first, int second)
    {
        (sizes[first], sizes[second]) = (sizes[second], sizes[first]);
        (left[first], left[second]) = (left[second], left[first]);
        (right[first], right[second]) = (right[second], right[first]);
    }
}
