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
    /// <summary>Most rows of a tile, or pixels of a depthwise one.</summary>
    public const int MaxRows = 12;

    /// <summary>Least rows of a tile with an epilogue.</summary>
    public const int LeastFinishedRows = 3;

    /// <summary>Most pixels, and most registers of channels, of a depthwise tile on 512-bit registers.</summary>
    public const int Avx512Pixels = 4;

    /// <summary>Most pixels of a depthwise tile on 256-bit registers, with up to two registers of channels.</summary>
    public const int Avx2Pixels = 6;

    /// <summary>Of a depthwise tile whose pixels lie beside each other: taps across, most pixels, most columns between two.</summary>
    public const int RowTaps = 3, RowPixels = MaxRows, RowStrides = 2;

    /// <summary>Most registers of columns of a tile.</summary>
    public const int MaxVectors = 8;

    /// <summary>
    /// Stands where the registers of columns do, for procedures with an epilogue: one register and half of the next. A half takes some
    /// processors half of the time.
    /// </summary>
    public const int OneAndAHalf = 3;

    /// <summary>Sums of the procedure that measures how fast a kernel could be at most.</summary>
    public const int RoofSums = 12;

    /// <summary>
    /// A kernel's list of procedures begins with the offset of its roof; then it has so many entries for each number of rows: the most
    /// registers of columns, 0 where there is no tile, and the offsets of the tiles with 1, 2, … registers.
    /// </summary>
    public const int Entries = 1 + MaxVectors;

    /// <summary>
    /// Length of such a list. Of procedures with an epilogue a kernel has one for each form, at the form's number times this length, zeros
    /// where there is no code.
    /// </summary>
    public const int ListLength = 1 + (MaxRows * Entries);

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

    /// <summary>Outer steps that are left: written by the procedure.</summary>
    public nint OuterLeft;

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

    // What follows is read by procedures with an epilogue only: those take many tiles, one below the other.

    /// <summary>
    /// Tiles that are left, at least 1; 0 when the procedure returns. <see cref="Lhs"/> and <see cref="Outputs"/> move on with it.
    /// </summary>
    public nint Tiles;

    /// <summary>
    /// Weights of later calls: where the procedure begins to fetch into the second-level cache while it multiplies. Fetching changes
    /// nothing and fails nowhere.
    /// </summary>
    public byte* Upcoming;

    /// <summary>Bytes from what one group fetches to what the next one does.</summary>
    public nint UpcomingStep;

    /// <summary>
    /// Depthwise only: <see cref="Inner"/> pairs of distances in bytes, from a row's address to a tap and from <see cref="Weights"/> to the
    /// tap's weights, one float a channel.
    /// </summary>
    public nint* Taps;

    /// <summary>Rows of the target, one for each row of the tiles.</summary>
    public nint* Outputs;

    /// <summary>Where row 0 of the results in floats has the first column.</summary>
    public float* Floats;

    /// <summary>Bytes from row to row of them.</summary>
    public nint FloatsPitch;

    /// <summary>Where row 0 of the results in unsigned bytes has the first column.</summary>
    public byte* Bytes;

    /// <summary>Bytes from row to row of them.</summary>
    public nint BytesPitch;

    /// <summary>Where row 0 of what is added has the first column; no longer than the columns.</summary>
    public float* Addend;

    /// <summary>Bytes from row to row of it.</summary>
    public nint AddendPitch;

    /// <summary>Columns of the last register that are there: bit i is column i.</summary>
    public nint Columns;

    /// <summary>What is added to the first columns' sums of bytes. As long as whole registers.</summary>
    public int* Compensation;

    /// <summary>What these sums are then multiplied with. As long as whole registers.</summary>
    public float* Scale;

    /// <summary>
    /// What is added to the first columns in floats. As long as whole registers for sums of bytes; no longer than the columns for others.
    /// </summary>
    public float* Bias;

    /// <summary>The constants of a function, in the order in which the assembler asks for them; read where the form has one.</summary>
    public float* Curve;

    /// <summary>Results are at least this, unless they are NaN.</summary>
    public float Lowest;

    /// <summary>Results are at most this, unless they are NaN.</summary>
    public float Highest;

    /// <summary>Of results that become bytes.</summary>
    public CodeRange Codes;

    // Depthwise rows only: a tile goes through Inner registers of channels, all of which are there, and places move along.

    /// <summary>Bytes from a pixel's address to the first channel.</summary>
    public nint FirstChannel;

    /// <summary>What <see cref="Floats"/> is when the procedure begins, and is set to for each further tile.</summary>
    public float* FirstFloat;

    /// <summary>The same of <see cref="Bytes"/>.</summary>
    public byte* FirstByte;

    /// <summary>The same of <see cref="Bias"/>.</summary>
    public float* FirstBias;

    // Products with sums of their own for each outer step only.

    /// <summary>
    /// Bytes from the sums of an outer step to those of the next, where each has its own; <see cref="Sums"/> moves on with it.
    /// </summary>
    public nint RunPitch;

    // The results of tiles of 6×6 points only: Lhs are the sums of the tiles, point by point.

    /// <summary>Bytes from the sums of a point to those of the next.</summary>
    public const int PointBytes = 32 * sizeof(int);

    /// <summary>Rows of results that are written of each tile, 1 to 4.</summary>
    public nint ResultRows;

    /// <summary>As <see cref="Columns"/>, of the second result of a row; 0 where it is not written.</summary>
    public nint SecondColumns;

    /// <summary>Of the third one.</summary>
    public nint ThirdColumns;

    /// <summary>Of the last one.</summary>
    public nint FourthColumns;

    /// <summary>What 9 times a number is multiplied with modulo 2³² to get the number.</summary>
    public int InverseOf9;

    /// <summary>Where a kernel's list of procedures begins for <paramref name="rows"/> rows.</summary>
    public static int Index(int rows) => 1 + ((rows - 1) * Entries);
}
