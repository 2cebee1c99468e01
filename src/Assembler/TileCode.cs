using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>The sums of a few rows and registers of columns; with an epilogue, of many such tiles one below the other.</summary>
/// <remarks>
/// Weights are read in panels of 64 bytes a row, or as a plain matrix whose rows lie <see cref="TileCall.WeightsPitch"/> apart.
/// </remarks>
internal sealed partial class TileCode
{
    /// <summary>Bytes of a row of a panel, and of what it is multiplied with: a float, two bfloat16, or four bytes.</summary>
    private const int PanelRowBytes = 64, ElementBytes = 4;

    /// <summary>Groups at a time where a register is half a row of a panel, see <see cref="WideHalves"/>.</summary>
    private const int GroupsOfHalves = 4;

    /// <summary>Panels that one register reaches: at 0, 1 and 2 times the distance between them.</summary>
    private const int PanelsOfPlace = 3;

    private readonly Frame frame;
    private readonly Product product;
    private readonly int rows, vectors;
    private readonly bool isRowMajor, isLastHalf;
    private readonly EpilogueCode? epilogue;

    /// <summary>Where the group begins in every row; where the run ends there, or what is left of it; runs that are left.</summary>
    private readonly AssemblerRegister64 position, end, inner;

    /// <summary>What is fetched next of <see cref="TileCall.Upcoming"/>; with fewer rows weights are read as fast as memory allows.</summary>
    private readonly AssemblerRegister64 upcoming;

    /// <summary>Where the weights of the group are: of panel 0, 3 and 6.</summary>
    private readonly AssemblerRegister64[] places;

    /// <summary>From panel to panel, where there is more than one and they do not follow each other.</summary>
    private readonly AssemblerRegister64 panelPitch;

    private readonly AssemblerRegister64[] rowPlaces;

    /// <summary>Weights, one for each vector, or rows; the last one is for what is multiplied with them.</summary>
    private readonly Register[] operands;

    private readonly Register[] sums;

    private readonly Spare spare;

    /// <param name="product">What is multiplied.</param>
    /// <param name="rows">Of a tile.</param>
    /// <param name="vectors">Registers of columns.</param>
    /// <param name="isRowMajor">Whether weights are a plain matrix.</param>
    /// <param name="epilogue">What becomes of the sums; null: they go to memory.</param>
    /// <param name="isLastHalf">Whether columns fill half of the last register, so that half of it is multiplied.</param>
    public TileCode(
        Product product, int rows, int vectors, bool isRowMajor, EpilogueCode? epilogue = null, bool isLastHalf = false)
    {
        (this.product, this.rows, this.vectors, this.isRowMajor, this.epilogue) = (product, rows, vectors, isRowMajor, epilogue);
        this.isLastHalf = isLastHalf;
        frame = new(product);
        int panels = ((vectors * product.Bytes) + PanelRowBytes - 1) / PanelRowBytes;
        (position, end, inner) = (frame.Take(), frame.Take(), frame.Take());
        upcoming = rows >= TileCall.LeastFinishedRows && !isRowMajor ? frame.Take() : default;
        places = frame.Take(isRowMajor ? 1 : (panels + PanelsOfPlace - 1) / PanelsOfPlace);
        panelPitch = isRowMajor || panels == 1 ? default : frame.Take();
        rowPlaces = frame.Take(rows);
        operands = frame.TakeVectors(Operands(product, rows, vectors));
        spare = Spare.Take(frame, product);
        sums = frame.TakeVectors(rows * vectors);
        epilogue?.Take(frame, vectors, [.. operands, spare.Temporary, spare.Constant]);
    }

    private Assembly Code => frame.Code;

    /// <summary>Whether the sums of such a tile and what is multiplied have a register each.</summary>
    public static bool Fits(Product product, int rows, int vectors) =>
        Operands(product, rows, vectors) + product.SpareRegisters + (rows * vectors) <= product.Registers.Length;

    public byte[] Assemble() => frame.Assemble(() =>
    {
        if (epilogue is null)
        {
            LocateUpcoming();
            Begin();
            Runs();
            return;
        }

        var tile = Code.CreateLabel();
        epilogue.EmitBegin(Code, position);
        LocateUpcoming();
        Code.Label(ref tile);
        Begin();
        Runs();
        epilogue.EmitRows(Code, new(position, end, inner, places[0], rowPlaces[0], rowPlaces[1]), rows, sums);
        Code.add(Frame.Argument(nameof(TileCall.Lhs)), rows * sizeof(long));
        Code.add(Frame.Argument(nameof(TileCall.Outputs)), rows * sizeof(long));
        Code.dec(Frame.Argument(nameof(TileCall.Tiles)));
        Code.jne(tile);
    });

    /// <summary>One or two rows stay in registers, and weights are read once; otherwise weights stay and each row is read once.</summary>
    private static bool IsWide(int rows, int vectors) => rows <= 2 && vectors > 2;

    /// <summary>A single row is multiplied with weights in memory where they can be: no other row needs them.</summary>
    private static int Operands(Product product, int rows, int vectors) =>
        HasHalves(product, rows, vectors) ? GroupsOfHalves
        : IsInMemory(product, rows, vectors) ? 1 : IsWide(rows, vectors) ? rows + 1 : vectors + 1;

    /// <summary>Whether a single row meets weights in memory that are half a row of a panel each.</summary>
    private static bool HasHalves(Product product, int rows, int vectors) =>
        IsWide(rows, vectors) && IsInMemory(product, rows, vectors) && 2 * product.Bytes == PanelRowBytes;

    private static bool IsInMemory(Product product, int rows, int vectors) => IsWide(rows, vectors)
        ? rows == 1 && product.Rows.All(row => row.IsPlain)
        : product.KeepsWeightsInMemory;

    private Register Sum(int row, int vector) => sums[(row * vectors) + vector];

    private void LocateUpcoming()
    {
        if (upcoming != default)
        {
            Code.mov(upcoming, Frame.Argument(nameof(TileCall.Upcoming)));
        }
    }

    private void Begin()
    {
        product.EmitConstant(Code, spare.Constant);
        if (!product.StoresEachRun && (epilogue is null || !epilogue.TryEmitFirstSums(Code, position, sums)))
        {
            EmitZeros();
        }

        Code.mov(position, Frame.Argument(nameof(TileCall.Lhs)));
        for (int row = 0; row < rows; row++)
        {
            Code.mov(rowPlaces[row], __qword_ptr[position + (row * sizeof(long))]);
        }

        Code.mov(places[0], Frame.Argument(nameof(TileCall.Weights)));
        if (panelPitch != default)
        {
            Code.mov(panelPitch, Frame.Argument(nameof(TileCall.PanelPitch)));
        }

        if (places.Length > 1)
        {
            Code.lea(end, __[panelPitch + (panelPitch * 2)]);
            Code.lea(places[1], __[places[0] + end]);
        }

        if (places.Length > 2)
        {
            Code.lea(places[2], __[places[0] + (end * 2)]);
        }

        Code.xor(position, position);
    }

    private void EmitZeros() => Array.ForEach(sums, register => product.EmitZero(Code, register));

    private void Store(AssemblerRegister64 place)
    {
        Code.mov(place, Frame.Argument(nameof(TileCall.Sums)));
        if (rows > 1)
        {
            Code.mov(end, Frame.Argument(nameof(TileCall.SumPitch)));
        }

        for (int row = 0; row < rows; row++)
        {
            product.EmitStore(Code, place, sums.AsSpan(row * vectors, vectors), spare.Temporary);
            if (row < rows - 1)
            {
                Code.add(place, end);
            }
        }
    }
}
