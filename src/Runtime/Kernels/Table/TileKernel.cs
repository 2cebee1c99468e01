using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// A kernel for the part of a product that is computed in registers: raw sums of a few rows and columns, without bias or scale.
/// </summary>
/// <remarks>
/// The code is reached through its address: one copy of it serves all layers, and machine code takes a row of the same kind. A call
/// computes thousands of products, beside
/// which an indirect call does not show.
/// </remarks>
/// <param name="identity">See <see cref="KernelRow"/>; the tile is <paramref name="rows"/> × 2 ·
/// <paramref name="registerColumns"/>.</param>
/// <param name="set">What the machine must have.</param>
/// <param name="rows">Most rows of one call, up to <see cref="Tile.MaxRows"/>.</param>
/// <param name="registerColumns">Columns whose sums are one register; 1, 2, 4, 8 or 16.</param>
/// <param name="sum">The code, see <see cref="Tile.Sum"/>.</param>
/// <param name="reason">See <see cref="KernelRow"/>.</param>
internal sealed unsafe class TileKernel(
    string identity, InstructionSet set, int rows, int registerColumns,
    delegate*<in Tile, byte**, int, int, int, in Depth, void*, int, void> sum, string reason)
    : KernelRow(identity, set, reason)
{
    public int Rows => rows;

    public int RegisterColumns => registerColumns;

    /// <summary>How the bytes of a column are multiplied; means nothing for floats.</summary>
    public ByteDot Dot { get; init; }

    /// <summary>Where the procedure of <see cref="Machine.MachineRoof"/> begins; means nothing for other than machine code.</summary>
    public int Roof { get; init; }

    public delegate*<in Tile, byte**, int, int, int, in Depth, void*, int, void> Code => sum;

    /// <summary>See <see cref="Tile.Finish"/>; null where there is no such code.</summary>
    public delegate*<in Tile, int, int, int, in Depth, Machine.EpilogueForm, Machine.TileCall*, void> Finished { get; init; }

    /// <summary>What it is called with for bytes in fewer multiplications; null where there is no such code.</summary>
    public LargeTileTransforms? LargeTiles { get; init; }
}
