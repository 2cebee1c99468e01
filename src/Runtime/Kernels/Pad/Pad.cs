using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[i…] = x[i - before…] where that exists, and what the mode says elsewhere</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Pad
{
    /// <summary>
    /// Bytes of a row up to which all of y is filled first: beginning to fill both ends of each takes longer than writing rows twice.
    /// </summary>
    private const int ShortRow = 512;

    /// <summary>
    /// x is dense of <paramref name="shape"/> (at most 8 axes), y dense of shape + before + after, not the same memory; negative numbers
    /// cut. What the constant mode
    /// adds is the element at <paramref name="value"/>.
    /// </summary>
    /// <exception cref="ArgumentException">More than 8 axes, lists of different lengths, or an empty axis to be continued by other than the
    /// constant.</exception>
    public static void Run<T>(
        Pointer<T> x, Pointer<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> before, ReadOnlySpan<int> after, PadMode mode,
            Pointer<T> value)
        where T : unmanaged
    {
        T* source = x.Address, target = y.Address;
        switch (sizeof(T))
        {
            case 1:
                Run((Bits8*)source, (Bits8*)target, shape, before, after, mode, *(Bits8*)value.Address);
                break;
            case 2:
                Run((Bits16*)source, (Bits16*)target, shape, before, after, mode, *(Bits16*)value.Address);
                break;
            case 4:
                Run((Bits32*)source, (Bits32*)target, shape, before, after, mode, *(Bits32*)value.Address);
                break;
            case 8:
                Run((Bits64*)source, (Bits64*)target, shape, before, after, mode, *(Bits64*)value.Address);
                break;
            default:
                Run(source, target, shape, before, after, mode, *value.Address);
                break;
        }
    }

    internal static void Run<T>(
        T* x, T* y, ReadOnlySpan<int> shape, ReadOnlySpan<int> before, ReadOnlySpan<int> after, PadMode mode, T added)
        where T : unmanaged
    {
        int rank = shape.Length;
        if (rank > StridedAxes.MaxRank || before.Length != rank || after.Length != rank)
        {
            throw new ArgumentException(
                $"Shape and pads have {rank}, {before.Length} and {after.Length} entries; "
                + $"equal numbers up to {StridedAxes.MaxRank} are needed.");
        }

        if (rank == 0)
        {
            *y = *x;
            return;
        }

        Span<int> sizes = stackalloc int[StridedAxes.MaxRank];
        Span<PadAxis> axes = stackalloc PadAxis[StridedAxes.MaxRank];
        rank = Join(shape, before, after, mode, sizes, axes);
        nint rows = 1;
        for (int i = 0; i < rank - 1; i++)
        {
            rows *= Math.Max(0, axes[i].Output);
        }

        var last = axes[rank - 1];
        if (last.Output <= 0)
        {
            return;
        }

        Span<int> index = stackalloc int[StridedAxes.MaxRank];
        index.Clear();
        T* target = y;
        bool isFilled = mode == PadMode.Constant && last.Output * sizeof(T) <= ShortRow && rows * last.Output <= int.MaxValue;
        if (isFilled)
        {
            CopyBlocks.Fill(y, (int)rows * last.Output, added);
        }

        for (nint row = 0; row < rows; row++, target += last.Output)
        {
            nint source = RowOf(axes[..(rank - 1)], sizes, index);
            if (isFilled)
            {
                if (source >= 0)
                {
                    Middle(x + (source * sizes[rank - 1]), target, last);
                }
            }
            else if (source < 0)
            {
                CopyBlocks.Fill(target, last.Output, added);
            }
            else
            {
                Row(x + (source * sizes[rank - 1]), target, last, added);
            }

            for (int axis = rank - 2; axis >= 0 && ++index[axis] == axes[axis].Output; axis--)
            {
                index[axis] = 0;
            }
        }
    }

    /// <summary>
    /// Axes that nothing is added to or taken from become one with the axis before them where that changes nothing: rows get longer and
    /// fewer.
    /// </summary>
    /// <returns>How many there are.</returns>
    private static int Join(
        ReadOnlySpan<int> shape, ReadOnlySpan<int> before, ReadOnlySpan<int> after, PadMode mode, Span<int> sizes, Span<PadAxis> axes)
    {
        int rank = 0, begin = 0, end = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            bool isKept = before[i] == 0 && after[i] == 0;
            if (i > 0 && isKept && (mode == PadMode.Constant || (begin == 0 && end == 0)))
            {
                (sizes[rank - 1], begin, end) = (sizes[rank - 1] * shape[i], begin * shape[i], end * shape[i]);
            }
            else
            {
                (sizes[rank], begin, end) = (shape[i], before[i], after[i]);
                rank++;
            }

            axes[rank - 1] = new(sizes[rank - 1], begin, end, mode);
        }

        return rank;
    }

    /// <summary>The row of x that the given row of y shows; negative for none.</summary>
    private static nint RowOf(ReadOnlySpan<PadAxis> axes, ReadOnlySpan<int> shape, ReadOnlySpan<int> index)
    {
        nint row = 0;
        for (int i = 0; i < axes.Length; i++)
        {
            int position = axes[i].Source(index[i]);
            if (position == PadAxis.Nowhere)
            {
                return -1;
            }

            row = (row * shape[i]) + position;
        }

        return row;
    }

    private static void Row<T>(T* source, T* target, in PadAxis axis, T value)
        where T : unmanaged
    {
        var (begin, end) = Middle(source, target, axis);
        Border(source, target, axis, 0, begin, value);
        Border(source, target, axis, end, axis.Output, value);
    }

    /// <summary>What is kept of a row.</summary>
    /// <returns>Where it begins and ends.</returns>
    private static (int Begin, int End) Middle<T>(T* source, T* target, in PadAxis axis)
        where T : unmanaged
    {
        int begin = Math.Clamp(axis.Begin, 0, axis.Output);
        int end = Math.Clamp(axis.Begin + (axis.End - axis.First), begin, axis.Output);
        CopyBlocks.Run(source + axis.First, target + begin, end - begin);
        return (begin, end);
    }

    private static void Border<T>(T* source, T* target, in PadAxis axis, int begin, int end, T value)
        where T : unmanaged
    {
        if (axis.IsConstant)
        {
            CopyBlocks.Fill(target + begin, end - begin, value);
            return;
        }

        for (int i = begin; i < end; i++)
        {
            int from = axis.Source(i);
            target[i] = from < 0 ? value : source[from];
        }
    }
}
