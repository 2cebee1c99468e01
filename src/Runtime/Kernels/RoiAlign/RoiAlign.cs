using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[r, c, i, j] = mean, or maximum, of x[batchIndices[r], c] at points spread evenly over cell (i, j) of region r</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class RoiAlign
{
    /// <summary>Points along one side of a cell; regions are data, and one of absurd size would keep a run busy for ever.</summary>
    private const float MostPoints = 4096;

    /// <summary>
    /// x is dense [batch, channels, height, width], regions [count, 4] (x1, y1, x2, y2, times <paramref name="scale"/>), y [count,
    /// channels, outputHeight, outputWidth].
    /// <paramref name="sampling"/> points along one side of a cell, or with 0 as many as the cell has pixels. With
    /// <paramref name="largest"/> the maximum of the weighted
    /// pixels, as the specification's reference has it, in place of the mean. With <paramref name="halfPixel"/> positions are moved by half
    /// a pixel; else regions have at
    /// least the size of one.
    /// </summary>
    /// <exception cref="IndexOutOfRangeException">A batch index is outside the batch.</exception>
    /// <exception cref="ArgumentException">A region has more than 4096 points along one side of a cell, or no finite size.</exception>
    public static void Run(
        Pointer<float> x, Pointer<float> regions, Pointer<long> batchIndices, Pointer<float> y, int batch, int channels, int height,
            int width,
        int count, int outputHeight, int outputWidth, int sampling, float scale, bool largest, bool halfPixel)
    {
        float offset = halfPixel ? 0.5f : 0;
        nint plane = (nint)height * width;
        float* target = y.Address;
        for (int r = 0; r < count; r++)
        {
            float* region = regions.Address + (4 * (nint)r);
            float* images = x.Address + (AxisIndex.Resolve(batchIndices.Address[r], batch, nameof(RoiAlign)) * channels * plane);
            var rows = RoiSide.Create((region[1] * scale) - offset, (region[3] * scale) - offset, outputHeight, sampling, halfPixel,
                MostPoints);
            var columns = RoiSide.Create((region[0] * scale) - offset, (region[2] * scale) - offset, outputWidth, sampling, halfPixel,
                MostPoints);
            for (int c = 0; c < channels; c++)
            {
                for (int i = 0; i < outputHeight; i++)
                {
                    for (int j = 0; j < outputWidth; j++)
                    {
                        *target++ = Cell(images + (c * plane), height, width, rows, columns, i, j, largest);
                    }
                }
            }
        }
    }

    private static float Cell(float* image, int height, int width, in RoiSide rows, in RoiSide columns, int i, int j, bool largest)
    {
        float sum = 0, best = float.NegativeInfinity;
        for (int a = 0; a < rows.Points; a++)
        {
            for (int b = 0; b < columns.Points; b++)
            {
                var (top, bottom, down) = RoiSide.Around(rows.Point(i, a), height);
                var (left, right, across) = RoiSide.Around(columns.Point(j, b), width);
                if (top < 0 || left < 0)
                {
                    best = Math.Max(best, 0);
                    continue;
                }

                float upperLeft = (1 - down) * (1 - across) * image[((nint)top * width) + left],
                    upperRight = (1 - down) * across * image[((nint)top * width) + right];
                float lowerLeft = down * (1 - across) * image[((nint)bottom * width) + left],
                    lowerRight = down * across * image[((nint)bottom * width) + right];
                sum += upperLeft + upperRight + lowerLeft + lowerRight;
                best = Math.Max(best, Math.Max(Math.Max(upperLeft, upperRight), Math.Max(lowerLeft, lowerRight)));
            }
        }

        int points = rows.Points * columns.Points;
        return points == 0 ? 0 : largest ? best : sum / points;
    }
}
