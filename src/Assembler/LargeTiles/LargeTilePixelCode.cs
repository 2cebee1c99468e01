using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;

namespace MixPrec.Assembler;

/// <summary>Bᵀ·d·B of a tile's pixels, see LargeTilePixels in Runtime: three rows of points first, then the other three.</summary>
internal sealed class LargeTilePixelCode : LargeTileCode
{
    private const int Side = 6, RowsAtOnce = 3;

    private readonly AssemblerRegister64 pixels, pixel, position, step, left, target;
    private readonly SixPlaces points;

    /// <summary>Row by row.</summary>
    private readonly Register[] rows;

    private readonly Register[] column;
    private readonly Register outer, inner, other;

    public LargeTilePixelCode()
        : base(Iced.Intel.Code.EVEX_Vpaddw_zmm_k1z_zmm_zmmm512, Iced.Intel.Code.EVEX_Vpsubw_zmm_k1z_zmm_zmmm512)
    {
        (pixels, pixel, position) = (Frame.Take(), Frame.Take(), Frame.Take());
        (step, left, target) = (Frame.Take(), Frame.Take(), Frame.Take());
        points = new(Frame.Take(), Frame.Take(), Frame.Take(), Frame.Take());
        (rows, column) = (Frame.TakeVectors(RowsAtOnce * Side), Frame.TakeVectors(Side));
        (outer, inner, other) = (Frame.TakeVectors(1)[0], Frame.TakeVectors(1)[0], Frame.TakeVectors(1)[0]);
    }

    public override byte[] Assemble() => Frame.Assemble(() =>
    {
        var register = Code.CreateLabel();
        Code.mov(pixels, Argument(nameof(LargeTileCall.Source)));
        Code.mov(target, Argument(nameof(LargeTileCall.Target)));
        Code.mov(left, Argument(nameof(LargeTileCall.Count)));
        Code.mov(step, Argument(nameof(LargeTileCall.FirstStep)));
        points.EmitBegin(Code, nameof(LargeTileCall.TargetPitch));
        Code.xor(position, position);
        Code.Label(ref register);
        Code.mov(points.First, target);
        for (int j = 0; j < Side; j++)
        {
            LoadColumn(j, 0, 4);
            FirstPoints(rows[j], rows[Side + j], rows[(2 * Side) + j]);
        }

        Rows();
        points.EmitNext(Code);
        for (int j = 0; j < Side; j++)
        {
            LoadColumn(j, 1, 5);
            LastPoints(rows[j], rows[Side + j], rows[(2 * Side) + j]);
        }

        Rows();
        Code.add(position, step);
        Code.lea(target, __[target + (step * 2)]);
        Code.mov(step, LargeTileCall.Lanes);
        Code.dec(left);
        Code.jne(register);
    });

    /// <summary>Bytes of a column's rows first … last, as 16 bits.</summary>
    private void LoadColumn(int j, int first, int last)
    {
        for (int i = first; i <= last; i++)
        {
            Code.mov(pixel, __qword_ptr[pixels + (((i * Side) + j) * sizeof(long))]);
            Load(Iced.Intel.Code.EVEX_Vpmovzxbw_zmm_k1z_ymmm256, column[i], new(pixel, position));
        }
    }

    /// <summary>4·(a − c) + e − c, d + e − 4·(b + c), e − d + 4·(b − c) of a column.</summary>
    private void FirstPoints(Register zero, Register one, Register two)
    {
        var (a, b, c, d, e) = (column[0], column[1], column[2], column[3], column[4]);
        Subtract(a, a, c);
        Subtract(outer, e, c);
        Quadruple(a, a);
        Add(zero, a, outer);
        Evens(b, c, d, e, one);
        Odds(b, c, d, e, two);
    }

    /// <summary>e − c + 2·(d − b), e − c − 2·(d − b), f − d − 4·(d − b) of a column.</summary>
    private void LastPoints(Register three, Register four, Register five)
    {
        var (b, c, d, e, f) = (column[1], column[2], column[3], column[4], column[5]);
        Subtract(outer, e, c);
        Subtract(inner, d, b);
        Add(other, inner, inner);
        Add(three, outer, other);
        Subtract(four, outer, other);
        Subtract(f, f, d);
        Quadruple(inner, inner);
        Subtract(five, f, inner);
    }

    /// <summary>The six points of each row that is there to memory.</summary>
    private void Rows()
    {
        for (int row = 0; row < RowsAtOnce; row++)
        {
            Register[] r = rows[(row * Side)..((row + 1) * Side)];
            var (a, b, c, d, e, f) = (r[0], r[1], r[2], r[3], r[4], r[5]);
            Subtract(a, a, c);
            Subtract(outer, e, c);
            Quadruple(a, a);
            Add(a, a, outer);
            Store(points[0], a);
            Subtract(inner, d, b);
            Add(other, inner, inner);
            Add(a, outer, other);
            Store(points[3], a);
            Subtract(outer, outer, other);
            Store(points[4], outer);
            Subtract(f, f, d);
            Quadruple(inner, inner);
            Subtract(f, f, inner);
            Store(points[5], f);
            Evens(b, c, d, e, a);
            Store(points[1], a);
            Odds(b, c, d, e, a);
            Store(points[2], a);
            if (row < RowsAtOnce - 1)
            {
                points.EmitNext(Code);
            }
        }
    }

    /// <summary>result ← d + e − 4·(b + c)</summary>
    private void Evens(Register b, Register c, Register d, Register e, Register result)
    {
        Add(other, b, c);
        Add(result, d, e);
        Quadruple(other, other);
        Subtract(result, result, other);
    }

    /// <summary>result ← e − d + 4·(b − c); b and e are of no use afterwards.</summary>
    private void Odds(Register b, Register c, Register d, Register e, Register result)
    {
        Subtract(b, b, c);
        Subtract(e, e, d);
        Quadruple(b, b);
        Add(result, e, b);
    }
}
