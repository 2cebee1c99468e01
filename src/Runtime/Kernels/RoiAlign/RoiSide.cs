namespace MixPrec.Runtime.Kernels;

/// <summary>One side of a region: where it begins, the length of its cells and the points in each.</summary>
internal readonly record struct RoiSide(float Start, float Cell, int Points)
{
    public static RoiSide Create(float start, float end, int cells, int sampling, bool halfPixel, float mostPoints)
    {
        float size = halfPixel ? end - start : Math.Max(end - start, 1), cell = size / cells;
        float points = sampling > 0 ? sampling : MathF.Ceiling(cell);
        return points <= mostPoints ? new(start, cell, Math.Max(0, (int)points))
            : throw new ArgumentException($"RoiAlign: a region from {start} to {end} has cells of {points} points.");
    }

    public float Point(int cell, int point) => Start + (cell * Cell) + ((point + 0.5f) * Cell / Points);

    /// <summary>The pixels before and after a position and the share of the later one; negative more than one pixel outside.</summary>
    public static (int Before, int After, float Share) Around(float position, int length)
    {
        if (!(position >= -1 && position <= length))
        {
            return (-1, -1, 0);
        }

        position = Math.Max(position, 0);
        int before = (int)position;
        return before >= length - 1 ? (length - 1, length - 1, 0) : (before, before + 1, position - before);
    }
}
