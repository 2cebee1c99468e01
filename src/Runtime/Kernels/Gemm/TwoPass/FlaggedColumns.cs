namespace MixPrec.Runtime.Kernels;

/// <summary>The columns of one row of a product that wait for the second pass.</summary>
/// <param name="columns">Room for <see cref="Capacity"/>.</param>
/// <param name="row">The row of the product.</param>
/// <param name="lhs">Its left operand.</param>
/// <param name="norm">‖lhs‖₂.</param>
internal unsafe struct FlaggedColumns(int* columns, int row, float* lhs, float norm)
{
    /// <summary>So many are recomputed together: enough to hide latencies, few enough that the first pass has not gone far.</summary>
    public const int Batch = 16;

    /// <summary>All but one of a batch, and the lanes of one register more.</summary>
    public const int Capacity = Batch - 1 + PanelLayout.Columns;

    /// <summary>Columns that wait.</summary>
    public int Count;

    /// <summary>Columns that ever waited.</summary>
    public long Total;

    public readonly int* Columns => columns;

    public readonly int Row => row;

    public readonly float* Lhs => lhs;

    public readonly float Norm => norm;
}
