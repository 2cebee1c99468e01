using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[o, r, n] = the position k of the element x[o, k, n] that comes r-th along the axis, the largest or the smallest first
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class TopK
{
    /// <summary>
    /// x is dense [outer, axisLength, inner], y [outer, count, inner]. Of equal elements the earlier comes first; NaN counts as larger than
    /// every number.
    /// </summary>
    /// <exception cref="ArgumentException">More are wanted than the axis has.</exception>
    public static void Run<T>(Pointer<T> x, Pointer<long> y, int outer, int axisLength, int inner, int count, bool largest)
        where T : unmanaged, INumber<T>
    {
        if (count > axisLength || count < 0)
        {
            throw new ArgumentException($"TopK: {count} of {axisLength} elements are wanted.", nameof(count));
        }

        for (int o = 0; o < outer && count > 0; o++)
        {
            for (int n = 0; n < inner; n++)
            {
                T* source = x.Address + ((nint)o * axisLength * inner) + n;
                new Line<T>(source, y.Address + ((nint)o * count * inner) + n, inner, largest).Sort(axisLength, count);
            }
        }
    }

    /// <summary>The best positions so far as a heap in the output itself, the worst of them on top.</summary>
    private readonly struct Line<T>(T* source, long* heap, nint stride, bool largest)
        where T : unmanaged, INumber<T>
    {
        public void Sort(int length, int count)
        {
            for (int i = 0; i < count; i++)
            {
                heap[i * stride] = i;
            }

            for (int i = (count / 2) - 1; i >= 0; i--)
            {
                Sink(i, count, heap[i * stride]);
            }

            for (int k = count; k < length; k++)
            {
                if (IsBefore(k, heap[0]))
                {
                    Sink(0, count, k);
                }
            }

            // The worst goes to the end, again and again.
            for (int size = count - 1; size > 0; size--)
            {
                long last = heap[size * stride];
                heap[size * stride] = heap[0];
                Sink(0, size, last);
            }
        }

        /// <summary>Puts a position in at <paramref name="hole"/> or below, where it is no better than what is under it.</summary>
        private void Sink(int hole, int size, long position)
        {
            for (int child = (2 * hole) + 1; child < size; child = (2 * hole) + 1)
            {
                if (child + 1 < size && IsBefore(heap[child * stride], heap[(child + 1) * stride]))
                {
                    child++;
                }

                if (!IsBefore(position, heap[child * stride]))
                {
                    break;
                }

                heap[hole * stride] = heap[child * stride];
                hole = child;
            }

            heap[hole * stride] = position;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private bool IsBefore(long left, long right)
        {
            T a = source[(nint)left * stride], b = source[(nint)right * stride];
            int order = a > b || (T.IsNaN(a) && !T.IsNaN(b)) ? 1 : a < b || (T.IsNaN(b) && !T.IsNaN(a)) ? -1 : 0;
            return order == 0 ? left < right : order > 0 == largest;
        }
    }
}
