using System.Runtime.InteropServices;

namespace MixPrec.Runtime.Machine;

/// <summary>
/// The argument of a tile in machine code. Sums are of Outer × Inner runs: each multiplies <c>RunBytes</c> of every row with as many groups
/// of weights; between two runs the places in both move by the steps. The assembler reads the offsets of these fields
/// and hands this file on with the code.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TileCall
{
    /// <summary>Most rows of a tile.</summary>
    public const int MaxRows = 8;

    /// <summary>Most registers of columns of a tile.</summary>
    public const int MaxVectors = 8;

    /// <summary>Sums of the procedure that measures how fast a kernel could be at most.</summary>
    public const int RoofSums = 12;

    /// <summary>
    /// A kernel's list of procedures begins with the offset of its roof; then it has so many entries for each number of rows: the most
    /// registers of columns, 0 where there is no tile, and the offsets of the tiles with 1, 2, … registers.
    /// </summary>
    public const int Entries = 1 + MaxVectors;

    /// <summary>Addresses of the rows, as many as the tile has.</summary>
    public byte** Lhs;

    /// <summary>The weights of the first run and column.</summary>
    public byte* Weights;

    /// <summary>Bytes from panel to panel; read where a tile has more than one and they do not follow each other in a row.</summary>
    public nint PanelPitch;

    /// <summary>Bytes from one row of weights to the next; read where they are a plain matrix.</summary>
    public nint WeightsPitch;

    /// <summary>Where the sums go.</summary>
    public void* Sums;

    /// <summary>Bytes from a row of sums to the next.</summary>
    public nint SumPitch;

    /// <summary>At least 1.</summary>
    public nint Outer;

    /// <summary>At least 1.</summary>
    public nint Inner;

    /// <summary>Bytes of a row in one run: whole groups of 4, or of 8 where weights are pairs of rows; at least one.</summary>
    public nint RunBytes;

    /// <summary>Bytes from the end of a run in a row to the beginning of the next one.</summary>
    public nint InnerLhsStep;

    /// <summary>Bytes that an outer step adds to the inner one that comes before it.</summary>
    public nint OuterLhsStep;

    /// <summary>As <see cref="InnerLhsStep"/>, in the weights.</summary>
    public nint InnerWeightsStep;

    /// <summary>As <see cref="OuterLhsStep"/>, in the weights.</summary>
    public nint OuterWeightsStep;

    /// <summary>Where a kernel's list of procedures begins for <paramref name="rows"/> rows.</summary>
    public static int Index(int rows) => 1 + ((rows - 1) * Entries);
}
