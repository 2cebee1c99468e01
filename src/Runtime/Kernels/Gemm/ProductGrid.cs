using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// How rows and columns of a product are cut into rectangles of nearly equal work: part p has the rows of p / Columns and the columns of
/// p mod Columns.
/// </summary>
/// <param name="Rows">Parts along the rows.</param>
/// <param name="Columns">Parts along the columns.</param>
/// <param name="High">Rows of a part: whole tiles. The last part has what is left, and never less than a tile.</param>
/// <param name="Wide">Columns of a part: whole tiles. The last part may have less.</param>
/// <param name="Work">Of a part on average, see <see cref="Part.LeastWork"/>.</param>
internal readonly record struct ProductGrid(int Rows, int Columns, int High, int Wide, long Work)
{
    public int Count => Rows * Columns;

    /// <summary>
    /// The larger operand is cut, and the other one as well where the parts are too few: a part reads its own rows and columns, and what
    /// several parts read is then the smaller operand.
    /// </summary>
    public static ProductGrid Choose(ThreadTeam team, in Tile tile, in Depth depth, int elementBytes, int rows, int columns)
    {
        // A byte product takes a quarter of the time and has a quarter of the bytes.
        long work = (long)depth.Length * depth.Outer * depth.Inner * elementBytes / sizeof(float) * rows * columns;
        int parts = team.Parts(work);
        if (parts < 2)
        {
            return new(1, 1, rows, columns, work);
        }

        int high = tile.Rows, wide = tile.Columns(Math.Min(rows, high));
        int tilesDown = (rows + high - 1) / high, tilesAcross = (columns + wide - 1) / wide;
        int down, across;
        if (rows >= columns)
        {
            down = Math.Min(parts, tilesDown);
            across = Math.Min(parts / down, tilesAcross);
        }
        else
        {
            across = Math.Min(parts, tilesAcross);
            down = Math.Min(parts / across, tilesDown);
        }

        int lowest = high;
        high *= (tilesDown + down - 1) / down;
        wide *= (tilesAcross + across - 1) / across;
        int partsDown = Math.Max(1, (rows + high - lowest) / high), partsAcross = (columns + wide - 1) / wide;
        return new(partsDown, partsAcross, high, wide, work / (partsDown * partsAcross));
    }
}
