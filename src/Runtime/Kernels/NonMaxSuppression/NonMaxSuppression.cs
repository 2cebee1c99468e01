using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[k] = (image, class, box): boxes of each class from the best score down, without those whose IoU with one taken before exceeds a limit
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class NonMaxSuppression
{
    /// <summary>
    /// boxes are dense [images, count, 4], scores [images, classes, count]; y needs room for min(most, count) boxes of each class, the
    /// scratch order for count
    /// elements. Of equal scores the earlier box comes first; NaN comes last. One number each: most boxes taken of a class (none for 0 and
    /// below), overlap that is
    /// still allowed, and threshold that a score has to exceed, read where <paramref name="hasThreshold"/> is true. Centered boxes are
    /// centre x, centre y, width,
    /// height; others two opposite corners y, x, y, x.
    /// </summary>
    /// <returns>Rows of y.</returns>
    public static int Run(
        Pointer<float> boxes, Pointer<float> scores, Pointer<long> most, Pointer<float> overlap, Pointer<float> threshold, Pointer<long> y,
            Pointer<int> order,
        int images, int classes, int count, bool centered, bool hasThreshold)
    {
        int limit = (int)Math.Clamp(*most.Address, 0, count), rows = 0;
        for (int p = 0; p < images && limit > 0; p++)
        {
            float* image = boxes.Address + ((nint)p * count * 4);
            for (int c = 0; c < classes; c++)
            {
                float* score = scores.Address + (((nint)p * classes) + c) * count;
                int candidates = Candidates(score, order.Address, count, hasThreshold ? *threshold.Address : null);
                PositionSort.Run(order.Address, candidates, new BestFirst(score));
                int taken = Take(image, order.Address, candidates, limit, *overlap.Address, centered);
                for (int i = 0; i < taken; i++)
                {
                    long* row = y.Address + ((nint)rows++ * 3);
                    (row[0], row[1], row[2]) = (p, c, order.Address[i]);
                }
            }
        }

        return rows;
    }

    private static int Candidates(float* scores, int* order, int count, float? threshold)
    {
        int found = 0;
        for (int i = 0; i < count; i++)
        {
            if (threshold is not { } least || scores[i] > least)
            {
                order[found++] = i;
            }
        }

        return found;
    }

    /// <summary>Moves the boxes taken to the front of the candidates.</summary>
    private static int Take(float* boxes, int* order, int candidates, int limit, float overlap, bool centered)
    {
        int taken = 0;
        for (int i = 0; i < candidates && taken < limit; i++)
        {
            var box = Box.At(boxes + ((nint)order[i] * 4), centered);
            int k = 0;
            while (k < taken && !(Box.At(boxes + ((nint)order[k] * 4), centered).Overlap(box) > overlap))
            {
                k++;
            }

            if (k == taken)
            {
                order[taken++] = order[i];
            }
        }

        return taken;
    }

    private readonly struct BestFirst(float* scores) : IPositionOrder
    {
        public bool IsBefore(int left, int right)
        {
            float a = scores[left], b = scores[right];
            return a > b || (float.IsNaN(b) && !float.IsNaN(a)) || (!(a < b) && float.IsNaN(a) == float.IsNaN(b) && left < right);
        }
    }
}
