using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[Σ iₐ·yStrideₐ] = x[Σ iₐ·xStrideₐ] for every index i of a shape: transposes, slices, concatenations, expansions</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Copy
{
    /// <summary>
    /// Strides and offsets in elements; at most 8 axes. A stride of x may be 0 (expansion) or negative (reversal, with the offset at the
    /// last element).
    /// x and y must not overlap.
    /// </summary>
    public static void Strided<T>(
        Pointer<T> x, Pointer<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> xStrides, ReadOnlySpan<int> yStrides, int xOffset = 0,
            int yOffset = 0)
        where T : unmanaged
    {
        var axes = StridedAxes.Create(shape, xStrides, yStrides, sortByRight: true);
        if (axes.IsEmpty)
        {
            return;
        }

        T* source = x.Address + xOffset, target = y.Address + yOffset;
        switch (sizeof(T))
        {
            // Bits are copied, so one loop for each element size is enough.
            case 1:
                Run((Bits8*)source, (Bits8*)target, ref axes);
                break;
            case 2:
                Run((Bits16*)source, (Bits16*)target, ref axes);
                break;
            case 4:
                Run((Bits32*)source, (Bits32*)target, ref axes);
                break;
            case 8:
                Run((Bits64*)source, (Bits64*)target, ref axes);
                break;
            default:
                Run(source, target, ref axes);
                break;
        }
    }

    internal static void Run<T>(T* source, T* target, ref StridedAxes axes)
        where T : unmanaged
    {
        if (axes.Rank == 0)
        {
            *target = *source;
            return;
        }

        int last = axes.Rank - 1;
        int crossing = axes.Right(last) == 1 ? CrossingAxis(axes) : -1;
        if (crossing >= 0)
        {
            axes.MoveBeforeLast(crossing);
            last--;
        }

        fixed (StridedAxes* all = &axes)
        {
            Part.Run<Walk<T>, F32x1>(new(source, target, all, last, crossing >= 0), axes.Outermost,
                axes.Inner * 2 * sizeof(T));
        }
    }

    /// <summary>An item is an index of the first axis.</summary>
    private readonly struct Walk<T>(T* source, T* target, StridedAxes* all, int last, bool crossing) : ISplitCode
        where T : unmanaged
    {
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            nint from = 0, to = 0;
            var axes = all->Narrow(begin, end, ref from, ref to);
            do
            {
                if (crossing)
                {
                    CopyBlocks.Transposed(source + from, target + to, axes.Size(last), axes.Size(last + 1), axes.Left(last + 1),
                        axes.Right(last));
                }
                else
                {
                    Row(source + from, target + to, axes.Size(last), axes.Left(last), axes.Right(last));
                }
            }
            while (axes.Advance(last, ref from, ref to));
        }
    }

    /// <summary>The axis along which x is contiguous while y is along the last one; -1 when there is none.</summary>
    private static int CrossingAxis(in StridedAxes axes)
    {
        if (axes.Left(axes.Rank - 1) is 0 or 1)
        {
            return -1;
        }

        int axis = axes.Rank - 2;
        while (axis >= 0 && axes.Left(axis) != 1)
        {
            axis--;
        }

        return axis;
    }

    private static void Row<T>(T* source, T* target, int length, nint sourceStep, nint targetStep)
        where T : unmanaged
    {
        if (targetStep == 1 && sourceStep == 1)
        {
            CopyBlocks.Run(source, target, length);
            return;
        }

        if (targetStep == 1 && sourceStep == 0)
        {
            CopyBlocks.Fill(target, length, *source);
            return;
        }

        for (int i = 0; i < length; i++, source += sourceStep, target += targetStep)
        {
            *target = *source;
        }
    }
}
