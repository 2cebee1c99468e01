namespace MixPrec.Runtime.Kernels;

/// <summary>The part of a product that is computed in registers: raw sums of a few rows and columns, without bias or scale.</summary>
internal unsafe interface ITile
{
    /// <summary>Most rows of one call.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns worth computing together for this many rows; at most <see cref="Product.MaxSums"/> / rows.</summary>
    static abstract int Columns(int rows);

    /// <summary>sums[r · sumPitch + c] for r &lt; rows and columns column … column + columns - 1, rounded up to whole registers.</summary>
    void Sum(byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch);
}
