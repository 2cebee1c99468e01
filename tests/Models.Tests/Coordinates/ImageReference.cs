namespace MixPrec.Models.Tests.Coordinates;

/// <summary>The coordinate operators by their definitions, one output after the other in double precision, slow and obvious.</summary>
internal static class ImageReference
{
    /// <summary>Weight of a pixel at a distance: the triangle, or Keys' cubic.</summary>
    public static double Filter(double distance, bool cubic, double a = -0.75)
    {
        double d = Math.Abs(distance);
        return !cubic ? Math.Max(0, 1 - d)
            : d <= 1 ? ((a + 2) * d * d * d) - ((a + 3) * d * d) + 1
            : d < 2 ? (a * d * d * d) - (5 * a * d * d) + (8 * a * d) - (4 * a)
            : 0;
    }

    /// <summary>One row of <paramref name="x"/> at a position: pixels weighed by their distance, those outside repeat the edge.</summary>
    public static double Interpolated(double[] x, double position, bool cubic, double shrink = 1, bool excludeOutside = false)
    {
        double sum = 0, weights = 0;
        int reach = (int)Math.Ceiling(2 / shrink) + 1, center = (int)Math.Floor(position);
        for (int j = center - reach; j <= center + reach; j++)
        {
            double weight = excludeOutside && (j < 0 || j >= x.Length) ? 0 : Filter((j - position) * shrink, cubic);
            sum += weight * x[Math.Clamp(j, 0, x.Length - 1)];
            weights += weight;
        }

        return sum / weights;
    }

    /// <summary>Where an output position lies in the input.</summary>
    public static double Coordinate(string mode, int p, int input, int output)
    {
        double scale = (double)output / input;
        return mode switch
        {
            "half_pixel" or "half_pixel_symmetric" => ((p + 0.5) / scale) - 0.5,
            "pytorch_half_pixel" => output > 1 ? ((p + 0.5) / scale) - 0.5 : 0,
            "align_corners" => output == 1 ? 0 : p * (input - 1.0) / (output - 1),
            "asymmetric" => p / scale,
            _ => throw new ArgumentOutOfRangeException(nameof(mode)),
        };
    }

    /// <summary>A sampled value of an image [height, width] at a point of a grid from −1 to 1.</summary>
    /// <param name="centreFirst">A cubic's centre is moved into the image before its pixels are, as in the reference implementation of the
    /// standard.</param>
    public static double Sampled(double[,] x, double u, double v, string mode, string padding, bool corners, bool centreFirst)
    {
        int height = x.GetLength(0), width = x.GetLength(1);
        double column = Denormalized(u, width, corners), row = Denormalized(v, height, corners);
        bool cubic = mode == "cubic";
        (column, row) = mode == "nearest" ? (Math.Round(column, MidpointRounding.ToEven), Math.Round(row, MidpointRounding.ToEven))
            : (column, row);
        if (!cubic || centreFirst)
        {
            (column, row) = (Moved(column, width, padding, corners), Moved(row, height, padding, corners));
        }

        if (mode == "nearest")
        {
            return Pixel(x, (int)Math.Floor(row), (int)Math.Floor(column), padding, corners);
        }

        double sum = 0;
        for (int i = (int)Math.Floor(row) - 1; i <= Math.Floor(row) + 2; i++)
        {
            for (int j = (int)Math.Floor(column) - 1; j <= Math.Floor(column) + 2; j++)
            {
                sum += Filter(i - row, cubic) * Filter(j - column, cubic) * Pixel(x, i, j, padding, corners);
            }
        }

        return sum;
    }

    /// <summary>A cell of a region: the mean over sample points, or the largest weighted pixel.</summary>
    public static double Cell(double[,] x, double[] region, int cells, int i, int j, int sampling, bool largest, bool halfPixel)
    {
        double offset = halfPixel ? 0.5 : 0, top = region[1] - offset, left = region[0] - offset;
        double height = region[3] - region[1], width = region[2] - region[0];
        (height, width) = halfPixel ? (height, width) : (Math.Max(height, 1), Math.Max(width, 1));
        int rows = sampling > 0 ? sampling : (int)Math.Ceiling(height / cells),
            columns = sampling > 0 ? sampling : (int)Math.Ceiling(width / cells);
        double sum = 0, best = double.NegativeInfinity;
        for (int a = 0; a < rows; a++)
        {
            for (int b = 0; b < columns; b++)
            {
                double[] weighted = Weighted(x, top + (height / cells * (i + ((a + 0.5) / rows))),
                    left + (width / cells * (j + ((b + 0.5) / columns))));
                sum += weighted.Sum();
                best = Math.Max(best, weighted.Max());
            }
        }

        return largest ? best : sum / (rows * columns);
    }

    /// <summary>One output of a deformable convolution with one channel: taps at moved positions, 0 outside.</summary>
    public static double Deformed(double[,] x, double[,] w, Func<int, (double Row, double Column, double Mask)> offset, int row, int column)
    {
        double sum = 0;
        int taps = w.GetLength(1);
        for (int t = 0; t < w.Length; t++)
        {
            var (down, across, mask) = offset(t);
            double r = row + (t / taps) + down, c = column + (t % taps) + across;
            for (int i = (int)Math.Floor(r); i <= Math.Floor(r) + 1; i++)
            {
                for (int j = (int)Math.Floor(c); j <= Math.Floor(c) + 1; j++)
                {
                    sum += i >= 0 && j >= 0 && i < x.GetLength(0)
                        && j < x.GetLength(1) ? mask * w[t / taps, t % taps] * Filter(i - r, false) * Filter(j - c, false) * x[i, j] : 0;
                }
            }
        }

        return sum;
    }

    private static double[] Weighted(double[,] x, double row, double column)
    {
        int height = x.GetLength(0), width = x.GetLength(1);
        if (row < -1 || row > height || column < -1 || column > width)
        {
            return [0];
        }

        (row, column) = (Math.Clamp(row, 0, height - 1), Math.Clamp(column, 0, width - 1));
        int i = (int)row, j = (int)column, below = Math.Min(i + 1, height - 1), right = Math.Min(j + 1, width - 1);
        double down = row - i, across = column - j;
        return [(1 - down) * (1 - across) * x[i, j], (1 - down) * across * x[i, right], down * (1 - across) * x[below, j],
            down * across * x[below, right]];
    }

    private static double Denormalized(double u, int size, bool corners) => corners ? (u + 1) / 2 * (size - 1) : (((u + 1) * size) - 1) / 2;

    private static double Moved(double position, int size, string padding, bool corners)
    {
        double lowest = corners ? 0 : -0.5, highest = corners ? size - 1 : size - 0.5;
        return position >= lowest && position <= highest ? position
            : padding == "border" ? Math.Clamp(position, 0, size - 1)
            : padding == "reflection" ? Reflected(position, lowest, highest)
            : position;
    }

    private static double Reflected(double position, double lowest, double highest)
    {
        while (position < lowest || position > highest)
        {
            position = position < lowest ? (2 * lowest) - position : (2 * highest) - position;
        }

        return position;
    }

    private static double Pixel(double[,] x, int row, int column, string padding, bool corners)
    {
        int height = x.GetLength(0), width = x.GetLength(1);
        if (padding == "zeros")
        {
            return row >= 0 && column >= 0 && row < height && column < width ? x[row, column] : 0;
        }

        return x[Math.Clamp((int)Moved(row, height, padding, corners), 0, height - 1),
            Math.Clamp((int)Moved(column, width, padding, corners), 0, width - 1)];
    }
}
