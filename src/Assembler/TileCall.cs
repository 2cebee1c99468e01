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

    /// <summary>A tile is 2⁰ … 2³ registers of columns wide.</summary>
    public const int Widths = 4;

    /// <summary>Addresses of the rows, as many as the tile has.</summary>
    public byte** Lhs;

    /// <summary>The weights of the first run and column.</summary>
    public byte* Weights;

    /// <summary>Bytes from panel to panel.</summary>
    public nint PanelPitch;

    /// <summary>Where the sums go.</summary>
    public void* Sums;

    /// <summary>Bytes from a row of sums to the next.</summary>
    public nint SumPitch;

    /// <summary>At least 1.</summary>
    public nint Outer;

    /// <summary>At least 1.</summary>
    public nint Inner;

    /// <summary>Bytes of a row in one run, at least 4 and a multiple of it.</summary>
    public nint RunBytes;

    /// <summary>Bytes from the end of a run in a row to the beginning of the next one.</summary>
    public nint InnerLhsStep;

    /// <summary>Bytes that an outer step adds to the inner one that comes before it.</summary>
    public nint OuterLhsStep;

    /// <summary>As <see cref="InnerLhsStep"/>, in the weights.</summary>
    public nint InnerWeightsStep;

    /// <summary>As <see cref="OuterLhsStep"/>, in the weights.</summary>
    public nint OuterWeightsStep;

    /// <summary>Most registers of columns of a tile with so many rows: one or two rows need eight to keep the multipliers busy.</summary>
    public static int MostVectors(int rows) => rows <= 2 ? 8 : 2;

    /// <summary>Where a kernel's list of procedures has the tile of <paramref name="rows"/> rows and 2^<paramref name="width"/> registers.</summary>
    public static int Index(int rows, int width) => ((rows - 1) * Widths) + width;
}
