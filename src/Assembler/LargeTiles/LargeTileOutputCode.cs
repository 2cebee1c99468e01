using System.Runtime.InteropServices;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;

namespace MixPrec.Assembler;

/// <summary>
/// From the sums of the points of tiles to their 4×4 results with the epilogue of products of bytes, see LargeTileOutputs in Runtime. Of 16
/// columns, on 512-bit registers (AVX-512 F), two rows of results at a time.
/// </summary>
internal sealed class LargeTileOutputCode : LargeTileCode
{
    private const int Side = 6, Outputs = 4, RowsAtOnce = 2;

    private readonly Avx512Epilogue epilogue;
    private readonly AssemblerRegister64 tiles, sums, left;
    private readonly EpiloguePlaces places;

    /// <summary>Row by row.</summary>
    private readonly Register[] rows;

    private readonly Register[] column;
    private readonly Register temporary, inverse;

    public LargeTileOutputCode(EpilogueForm form)
        : base(Iced.Intel.Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, Iced.Intel.Code.EVEX_Vpsubd_zmm_k1z_zmm_zmmm512b32)
    {
        epilogue = new(hasByteSums: true, form)
        {
            LaterMasks = [(Register.K2, nameof(TileCall.SecondColumns)), (Register.K3, nameof(TileCall.ThirdColumns)),
                (Register.K4, nameof(TileCall.FourthColumns))],
        };
        // Registers that some forms do not use come first: nobody has to get them back.
        places = new(Frame.Take(), Frame.Take(), Frame.Take(), Frame.Take());
        (tiles, sums, left) = (Frame.Take(), Frame.Take(), Frame.Take());
        (rows, column) = (Frame.TakeVectors(RowsAtOnce * Side), Frame.TakeVectors(Side - 1));
        (temporary, inverse) = (Frame.TakeVectors(1)[0], Frame.TakeVectors(1)[0]);
        epilogue.Take(Frame, 1, [.. column, temporary]);
    }

    public override byte[] Assemble() => Frame.Assemble(() =>
    {
        Label tile = Code.CreateLabel(), end = Code.CreateLabel();
        epilogue.EmitBegin(Code, sums);
        Load(Iced.Intel.Code.EVEX_Vpbroadcastd_zmm_k1z_xmmm32, inverse,
            new(Register.RCX, (int)Marshal.OffsetOf<TileCall>(nameof(TileCall.InverseOf9)), 1));
        Code.mov(tiles, Frame.Argument(nameof(TileCall.Lhs)));
        Code.Label(ref tile);
        Code.mov(sums, __qword_ptr[tiles]);
        Code.mov(left, Frame.Argument(nameof(TileCall.ResultRows)));
        Code.mov(places.Outputs, Frame.Argument(nameof(TileCall.Outputs)));
        Code.add(Frame.Argument(nameof(TileCall.Outputs)), Outputs * Outputs * sizeof(long));
        for (int j = 0; j < Side; j++)
        {
            FirstRows(j);
        }

        Finish(0, end);
        for (int j = 0; j < Side; j++)
        {
            LastRows(j);
        }

        Finish(RowsAtOnce, end);
        Code.Label(ref end);
        Code.add(tiles, sizeof(long));
        Code.dec(Frame.Argument(nameof(TileCall.Tiles)));
        Code.jne(tile);
    });

    /// <summary>24 and 12 times the first rows of Aᵀ, of a column, modulo 2³².</summary>
    private void FirstRows(int j)
    {
        LoadColumn(j, 0);
        var (a, b, c, d, e) = (column[0], column[1], column[2], column[3], column[4]);
        Add(temporary, b, c);
        Subtract(b, b, c);
        Add(c, d, e);
        Subtract(d, d, e);
        Add(temporary, temporary, temporary);
        Subtract(a, a, temporary);
        Add(a, a, a);
        Add(rows[j], a, c);
        Add(b, b, b);
        Subtract(rows[Side + j], d, b);
    }

    /// <summary>6 times the last rows.</summary>
    private void LastRows(int j)
    {
        LoadColumn(j, 1);
        var (b, c, d, e, f) = (column[0], column[1], column[2], column[3], column[4]);
        Add(temporary, b, c);
        Subtract(b, b, c);
        Add(c, d, e);
        Subtract(d, d, e);
        Subtract(rows[j], c, temporary);
        Add(d, d, f);
        Add(d, d, d);
        Subtract(rows[Side + j], d, b);
    }

    /// <summary>Sums of five points of a column.</summary>
    private void LoadColumn(int j, int first)
    {
        for (int i = 0; i < column.Length; i++)
        {
            Load(Iced.Intel.Code.EVEX_Vmovdqu32_zmm_k1z_zmmm512, column[i],
                Frame.Memory(sums, (((first + i) * Side) + j) * TileCall.PointBytes));
        }
    }

    /// <summary>The rows that are there to the target.</summary>
    /// <param name="first">Which ones.</param>
    /// <param name="end">Where the tile ends, if none comes behind.</param>
    private void Finish(int first, Label end)
    {
        for (int row = 0; row < RowsAtOnce; row++)
        {
            Register[] results = Join(rows[(row * Side)..((row + 1) * Side)]);
            for (int j = 0; j < Outputs; j++)
            {
                Divide(results[j], Shift(first + row) + Shift(j));
            }

            epilogue.EmitCompensation(Code, results);
            epilogue.EmitLocatedRows(Code, places, Outputs, results);
            if (first + row < Outputs - 1)
            {
                Code.dec(left);
                Code.je(end);
                Code.add(places.Outputs, Outputs * sizeof(long));
            }
        }
    }

    /// <summary>24, 12, 6 and 6 times the columns of A, in place.</summary>
    private Register[] Join(Register[] row)
    {
        var (a, b, c, d, e, f) = (row[0], row[1], row[2], row[3], row[4], row[5]);
        Add(temporary, b, c);
        Subtract(b, b, c);
        Add(c, d, e);
        Subtract(d, d, e);
        Subtract(e, c, temporary);
        Add(temporary, temporary, temporary);
        Subtract(a, a, temporary);
        Add(a, a, a);
        Add(a, a, c);
        Add(c, b, b);
        Subtract(c, d, c);
        Add(d, d, f);
        Add(d, d, d);
        Subtract(d, d, b);
        return [a, c, e, d];
    }

    /// <summary>24, 12, 6 and 6 are 3 · 2³, 3 · 2², 3 · 2 and 3 · 2.</summary>
    private static int Shift(int index) => Math.Max(1, 3 - index);

    /// <summary>By 9 and by 2 to the power of <paramref name="shift"/>.</summary>
    private void Divide(Register register, int shift)
    {
        Emit(Iced.Intel.Code.EVEX_Vpmulld_zmm_k1z_zmm_zmmm512b32, register, register, inverse);
        Code.AddInstruction(Instruction.Create(Iced.Intel.Code.EVEX_Vpsrad_zmm_k1z_zmmm512b32_imm8, register, register, shift));
    }
}
