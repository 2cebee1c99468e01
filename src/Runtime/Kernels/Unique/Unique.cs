using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// first[u] = the least p with x[:, p, :] = slice u; inverse[p] = the u with x[:, p, :] = slice u; repeats[u] = the number of such p
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Unique
{
    /// <summary>
    /// x is dense [outer, length, inner]; first, inverse, repeats and the scratch <paramref name="order"/> have room for length elements.
    /// Slices are compared element
    /// by element, NaN being equal to itself and larger than every number. They are numbered in ascending order where
    /// <paramref name="sorted"/> is true, else in the
    /// order in which they come first.
    /// </summary>
    /// <returns>The number of different slices.</returns>
    public static int Run<T>(Pointer<T> x, Pointer<long> first, Pointer<long> inverse, Pointer<long> repeats, Pointer<int> order, int outer,
        int length, int inner, bool sorted)
        where T : unmanaged, INumber<T>
    {
        var slices = new Slices<T>(x.Address, outer, length, inner);
        for (int p = 0; p < length; p++)
        {
            order.Address[p] = p;
        }

        PositionSort.Run(order.Address, length, slices);

        // Equal slices lie side by side, the one that comes first before the others.
        int count = 0;
        for (int i = 0, leader = 0; i < length; i++)
        {
            int position = order.Address[i];
            bool isNew = i == 0 || slices.Compare(leader, position) != 0;
            leader = isNew ? position : leader;
            if (isNew && sorted)
            {
                first.Address[count++] = position;
            }

            inverse.Address[position] = sorted ? count - 1 : leader;
        }

        if (!sorted)
        {
            // The leader of a slice comes before it, so its number stands there already.
            for (int p = 0; p < length; p++)
            {
                bool isNew = inverse.Address[p] == p;
                if (isNew)
                {
                    first.Address[count] = p;
                }

                inverse.Address[p] = isNew ? count++ : inverse.Address[inverse.Address[p]];
            }
        }

        new Span<long>(repeats.Address, count).Clear();
        for (int p = 0; p < length; p++)
        {
            repeats.Address[inverse.Address[p]]++;
        }

        return count;
    }

    /// <summary>Equal slices in the order of their positions.</summary>
    private readonly struct Slices<T>(T* x, int outer, int length, int inner) : IPositionOrder
        where T : unmanaged, INumber<T>
    {
        public bool IsBefore(int left, int right) => Compare(left, right) is var order && (order < 0 || (order == 0 && left < right));

        public int Compare(int left, int right)
        {
            for (int o = 0; o < outer; o++)
            {
                T* row = x + ((nint)o * length * inner), a = row + ((nint)left * inner), b = row + ((nint)right * inner);
                for (int i = 0; i < inner; i++)
                {
                    if (a[i] < b[i] || (T.IsNaN(b[i]) && !T.IsNaN(a[i])))
                    {
                        return -1;
                    }

                    if (a[i] > b[i] || (T.IsNaN(a[i]) && !T.IsNaN(b[i])))
                    {
                        return 1;
                    }
                }
            }

            return 0;
        }
    }
}
