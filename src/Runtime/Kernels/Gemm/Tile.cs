using MixPrec.Runtime.Machine;

namespace MixPrec.Runtime.Kernels;

/// <summary>A kernel and the weights that it multiplies with.</summary>
/// <param name="kernel">A row of its family.</param>
/// <param name="rhs">The weights of column 0.</param>
/// <param name="panelBytes">From panel to panel.</param>
/// <param name="parameter">
/// Bytes: k that a sum in 16 bits holds, where the kernel has such sums. Floats: bytes from weight row to weight row where the panels do
/// not fix it.
/// </param>
internal unsafe struct Tile(TileKernel kernel, void* rhs, nint panelBytes, nint parameter = 0)
{
    /// <summary>Most rows of one call of any kernel.</summary>
    public const int MaxRows = 8;

    /// <summary>Raw sums of one call.</summary>
    public const int MaxSums = 256;

    private readonly delegate*<in Tile, byte**, int, int, int, in Depth, void*, int, void> code = kernel.Code;
    private readonly delegate*<in Tile, int, int, int, in Depth, EpilogueForm, TileCall*, void> finished = kernel.Finished;
    private readonly int registerColumns = kernel.RegisterColumns;
    private readonly bool isMachineCode = kernel.IsMachineCode;

    /// <summary>
    /// Weights that later calls need: a kernel may fetch so many bytes from there into the second-level cache while it computes.
    /// </summary>
    public byte* Upcoming;

    /// <inheritdoc cref="Upcoming"/>
    public nint UpcomingBytes;

    /// <summary>
    /// Sums from those of an outer step of the depth to those of the next, for kernels of <see cref="WinogradConv"/>, where each step has
    /// its own.
    /// </summary>
    public int RunPitch;

    /// <summary>Most rows of one call.</summary>
    public readonly int Rows { get; } = kernel.Rows;

    public readonly nint Parameter => parameter;

    /// <summary>For bytes: sums in 16 bits begin anew after as many groups of four k as are known to fit.</summary>
    /// <param name="kernel">A row that needs no more than <paramref name="known"/>.</param>
    /// <param name="known">What is known of the operands.</param>
    /// <param name="rhs">The weights of column 0.</param>
    /// <param name="groups">Groups of four k in a panel.</param>
    public static Tile OfBytes(TileKernel kernel, Exactness known, sbyte* rhs, int groups) =>
        new(kernel, rhs, PanelLayout.PanelBytesS8(groups), PanelLayout.ByteGroup * known.Groups);

    /// <summary>
    /// Columns worth computing together for so many rows: with one or two it takes eight registers of them to keep the multiply-add units
    /// busy.
    /// </summary>
    public readonly int Columns(int rows) => rows <= 2 ? 8 * registerColumns : 32;

    /// <summary>
    /// Columns of the next call where some are left. Machine code takes whole panels of nearly equal number: 49 panels are 7 × 7, never
    /// 6 × 8 and a slow single one.
    /// </summary>
    /// <param name="left">Columns from here on.</param>
    /// <param name="most">See <see cref="Columns"/>.</param>
    public readonly int NextColumns(int left, int most)
    {
        if (left <= most || !isMachineCode)
        {
            return Math.Min(left, most);
        }

        int calls = (left + most - 1) / most;
        return Math.Min((PanelLayout.Panels(left) + calls - 1) / calls * PanelLayout.Columns, most);
    }

    /// <summary>The weights from <paramref name="column"/> on.</summary>
    public readonly byte* Weights(int column) => (byte*)rhs + PanelLayout.ColumnOffset(column, panelBytes);

    /// <summary>
    /// sums[r · sumPitch + c], float or int32, = Σ over <paramref name="depth"/> of lhs row r · weights of column + c; kernels of
    /// <see cref="WinogradConv"/>: sums[i · <see cref="RunPitch"/> + r · sumPitch + c] = Σ over its outer step i. For r &lt; rows ≤
    /// <see cref="Rows"/> and
    /// c &lt; columns, rounded up to whole registers.
    /// </summary>
    public readonly void Sum(byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch) =>
        code(in this, lhs, rows, column, columns, depth, sums, sumPitch);

    /// <summary>
    /// Says what comes after columns that end before <paramref name="next"/>: as much again, in equal parts for so many tiles.
    /// </summary>
    /// <param name="next">First column of the next calls.</param>
    /// <param name="width">Columns of the next calls at most.</param>
    /// <param name="end">Column after the last.</param>
    /// <param name="tiles">Calls until then.</param>
    public void Announce(int next, int width, int end, int tiles)
    {
        int panels = PanelLayout.Panels(Math.Clamp(end - next, 0, width));
        Upcoming = Weights(next);
        UpcomingBytes = (nint)(Weights(next + (panels * PanelLayout.Columns)) - Upcoming) / tiles;
    }

    /// <summary>Columns of a call of <see cref="Finish"/> at most, of any kernel.</summary>
    public const int MaxFinishedColumns = 2 * PanelLayout.Columns;

    /// <summary>Columns of a call of <see cref="Finish"/> at most.</summary>
    public readonly int FinishedColumns => 2 * registerColumns;

    /// <summary>
    /// Whether <see cref="Finish"/> can take so many rows and columns of this depth. Registers narrower than a panel have no masks, so that
    /// they need whole ones.
    /// </summary>
    public readonly bool CanFinish(int rows, int columns, in Depth depth) =>
        finished != null && rows >= TileCall.LeastFinishedRows && depth is { Length: > 0, Outer: > 0, Inner: > 0 }
        && (registerColumns == PanelLayout.Columns || columns % registerColumns == 0);

    /// <summary>Sums of tiles one below the other, and their epilogue, in one call.</summary>
    /// <param name="rows">Of a tile, from <see cref="TileCall.LeastFinishedRows"/> on.</param>
    /// <param name="column">First column; a multiple of 16.</param>
    /// <param name="columns">Up to <see cref="FinishedColumns"/>.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="form">What is added and written.</param>
    /// <param name="call">Has rows, tiles, epilogue and target.</param>
    public readonly void Finish(int rows, int column, int columns, in Depth depth, EpilogueForm form, TileCall* call) =>
        finished(in this, rows, column, columns, depth, form, call);
}
