namespace MixPrec.Runtime.Kernels;

/// <summary>The taps of one window that lie in the input, in row-major order: so many planes of so many rows of so many columns.</summary>
/// <param name="Planes">Taps along the first axis.</param>
/// <param name="Rows">Taps along the second.</param>
/// <param name="Columns">Taps along the third.</param>
/// <param name="PlaneStep">Positions from tap to tap along the first axis.</param>
/// <param name="RowStep">Along the second.</param>
/// <param name="ColumnStep">Along the third.</param>
internal readonly record struct PoolTaps(int Planes, int Rows, int Columns, nint PlaneStep, nint RowStep, nint ColumnStep)
{
    public int Count => Planes * Rows * Columns;
}
