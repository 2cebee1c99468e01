namespace MixPrec.Runtime.Tests.Machine;

/// <summary>
/// The transforms of F(4×4, 3×3) as products of matrices (arXiv 1509.09308, section 4.3), filters by multiples of rows.
/// </summary>
internal static class LargeTileDefinition
{
    private static readonly int[,] s_pixels =
    {
        { 4, 0, -5, 0, 1, 0 }, { 0, -4, -4, 1, 1, 0 }, { 0, 4, -4, -1, 1, 0 }, { 0, -2, -1, 2, 1, 0 }, { 0, 2, -1, -2, 1, 0 },
        { 0, 4, 0, -5, 0, 1 },
    };

    private static readonly int[,] s_filters = { { 3, 0, 0 }, { 1, 1, 1 }, { 1, -1, 1 }, { 1, 2, 4 }, { 1, -2, 4 }, { 0, 0, 3 } };

    public static int[,] Pixels(int[,] tile) => Sandwich(s_pixels, tile);

    public static int[,] Filters(int[,] filter) => Sandwich(s_filters, filter);

    public static int[,] Made(int side, Func<int> number)
    {
        var matrix = new int[side, side];
        for (int i = 0; i < side * side; i++)
        {
            matrix[i / side, i % side] = number();
        }

        return matrix;
    }

    /// <summary>m · x · mᵀ</summary>
    private static int[,] Sandwich(int[,] m, int[,] x)
    {
        int rows = m.GetLength(0), depth = m.GetLength(1);
        var result = new int[rows, rows];
        for (int i = 0; i < rows * rows; i++)
        {
            for (int j = 0; j < depth * depth; j++)
            {
                result[i / rows, i % rows] += m[i / rows, j / depth] * x[j / depth, j % depth] * m[i % rows, j % depth];
            }
        }

        return result;
    }
}
