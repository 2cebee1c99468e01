using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>A strict order of positions: of two different ones, one comes before the other.</summary>
internal interface IPositionOrder
{
    bool IsBefore(int left, int right);
}

/// <summary>Sorts positions in place, without memory of its own: a heap whose top comes last.</summary>
internal static unsafe class PositionSort
{
    public static void Run<TOrder>(int* positions, int count, TOrder order)
        where TOrder : struct, IPositionOrder, allows ref struct
    {
        for (int i = (count / 2) - 1; i >= 0; i--)
        {
            Sink(positions, i, count, positions[i], order);
        }

        for (int size = count - 1; size > 0; size--)
        {
            int last = positions[size];
            positions[size] = positions[0];
            Sink(positions, 0, size, last, order);
        }
    }

    /// <summary>Puts a position in at <paramref name="hole"/> or below, where nothing under it comes after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sink<TOrder>(int* heap, int hole, int size, int position, TOrder order)
        where TOrder : struct, IPositionOrder, allows ref struct
    {
        for (int child = (2 * hole) + 1; child < size; child = (2 * hole) + 1)
        {
            if (child + 1 < size && order.IsBefore(heap[child], heap[child + 1]))
            {
                child++;
            }

            if (!order.IsBefore(position, heap[child]))
            {
                break;
            }

            heap[hole] = heap[child];
            hole = child;
        }

        heap[hole] = position;
    }
}
