using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>The sums of tiles one below the other.</summary>
/// <param name="tile">All of them.</param>
/// <param name="tiles">How many.</param>
/// <param name="columns">Of each.</param>
internal sealed unsafe class FinishedTileSums(TileCase tile, int tiles, int columns) : IFinishedSums
{
    public int Rows => tile.Rows;

    public uint Expected(int row, int column) => tile.Expected(row, column);

    public bool IsWritten(int row) => true;

    public void Allow(MemoryMap memory, TileCall* call)
    {
        memory.AllowTiles(call, Rows);
        memory.ExpectFetches(call, tile.Groups * tiles);
        tile.AllowOperands(memory);
    }

    public void Run(TileKernel kernel, EpilogueForm form, TileCall* call, nint* outputs)
    {
        byte** lhs = stackalloc byte*[Rows];
        for (int row = 0; row < Rows; row++)
        {
            lhs[row] = tile.Lhs(row);
        }

        call->Lhs = lhs;
        call->Outputs = outputs;
        call->Tiles = tiles;
        tile.CreateFetching(kernel).Finish(Rows / tiles, 0, columns, tile.Depth, form, call);
    }

    public void Dispose() => tile.Dispose();
}
