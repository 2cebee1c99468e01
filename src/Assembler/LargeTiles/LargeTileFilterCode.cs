using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;

namespace MixPrec.Assembler;

/// <summary>
/// R·g·Rᵀ of filters of bytes, see LargeTileWeights in Runtime: two channels of 16 columns, then the other two of the group.
/// </summary>
internal sealed class LargeTileFilterCode : LargeTileCode
{
    private const int Side = 6, Taps = 3;

    private readonly AssemblerRegister64 source, third, sixth, tap, groups, target;
    private readonly SixPlaces points;

    /// <summary>Point by point of a column.</summary>
    private readonly Register[] columns;

    private readonly Register[] column;
    private readonly Register ends, far, result;

    /// <summary>Of the bytes of the lower and of the upper channels.</summary>
    private readonly Register[] orders;

    public LargeTileFilterCode()
        : base(Iced.Intel.Code.EVEX_Vpaddw_zmm_k1z_zmm_zmmm512, Iced.Intel.Code.EVEX_Vpsubw_zmm_k1z_zmm_zmmm512)
    {
        (source, third, sixth) = (Frame.Take(), Frame.Take(), Frame.Take());
        (tap, groups, target) = (Frame.Take(), Frame.Take(), Frame.Take());
        points = new(Frame.Take(), Frame.Take(), Frame.Take(), Frame.Take());
        (columns, column) = (Frame.TakeVectors(Taps * Side), Frame.TakeVectors(Taps));
        (ends, far, result) = (Frame.TakeVectors(1)[0], Frame.TakeVectors(1)[0], Frame.TakeVectors(1)[0]);
        orders = Frame.TakeVectors(2);
    }

    public override byte[] Assemble() => Frame.Assemble(() =>
    {
        var group = Code.CreateLabel();
        Code.mov(source, Argument(nameof(LargeTileCall.Source)));
        Code.mov(tap, Argument(nameof(LargeTileCall.SourcePitch)));
        Code.mov(target, Argument(nameof(LargeTileCall.Target)));
        Code.mov(groups, Argument(nameof(LargeTileCall.Count)));
        points.EmitBegin(Code, nameof(LargeTileCall.TargetPitch));
        Code.mov(points.First, Argument(nameof(LargeTileCall.Orders)));
        for (int i = 0; i < orders.Length; i++)
        {
            Load(Iced.Intel.Code.EVEX_Vmovdqu32_zmm_k1z_zmmm512, orders[i], Frame.Memory(points.First, i * RegisterBytes));
        }

        Code.lea(third, __[tap + (tap * 2)]);
        Code.add(third, source);
        Code.lea(sixth, __[third + (tap * 2)]);
        Code.add(sixth, tap);
        Code.Label(ref group);
        Array.ForEach(orders, Pairs);

        foreach (var place in new[] { source, third, sixth })
        {
            Code.add(place, RegisterBytes);
        }

        Code.dec(groups);
        Code.jne(group);
    });

    /// <summary>Channels 0 and 1, or 2 and 3.</summary>
    private void Pairs(Register order)
    {
        for (int j = 0; j < Taps; j++)
        {
            LoadPair(column[0], source, j, order);
            LoadPair(column[1], third, j, order);
            LoadPair(column[2], sixth, j, order);
            int to = j;
            Line(column[0], column[1], column[2], i => columns[(i * Taps) + to], _ => { });
        }

        Code.mov(points.First, target);
        for (int i = 0; i < Side; i++)
        {
            int row = i * Taps;
            Line(columns[row], columns[row + 1], columns[row + 2], _ => result, j => Store(points[j], result));
            if (i < Side - 1)
            {
                points.EmitNext(Code);
            }
        }

        Code.add(target, RegisterBytes);
    }

    /// <summary>Two bytes of every 32 bits, each with its sign as 16 bits: moved up by 8, then down.</summary>
    private void LoadPair(Register register, AssemblerRegister64 row, int j, Register order)
    {
        MemoryOperand place = j == 0 ? new(row) : new(row, tap, j);
        Load(Iced.Intel.Code.EVEX_Vmovdqu32_zmm_k1z_zmmm512, register, place);
        Emit(Iced.Intel.Code.EVEX_Vpshufb_zmm_k1z_zmm_zmmm512, register, register, order);
        Code.AddInstruction(Instruction.Create(Iced.Intel.Code.EVEX_Vpsraw_zmm_k1z_zmmm512_imm8, register, register, 8));
    }

    /// <summary>3·a, a + b + c, a − b + c, a + 2·b + 4·c, a − 2·b + 4·c, 3·c; a, b and c are of no use afterwards.</summary>
    /// <param name="a">Row 0.</param>
    /// <param name="b">Row 1.</param>
    /// <param name="c">Row 2.</param>
    /// <param name="point">The register that each becomes.</param>
    /// <param name="done">Called when it is there.</param>
    private void Line(Register a, Register b, Register c, Func<int, Register> point, Action<int> done)
    {
        void Done(int index, Action<Register> emit)
        {
            emit(point(index));
            done(index);
        }

        Add(ends, a, c);
        Done(1, register => Add(register, ends, b));
        Done(2, register => Subtract(register, ends, b));
        Quadruple(far, c);
        Add(far, far, a);
        Add(b, b, b);
        Done(3, register => Add(register, far, b));
        Done(4, register => Subtract(register, far, b));
        Add(far, a, a);
        Done(0, register => Add(register, far, a));
        Add(far, c, c);
        Done(5, register => Add(register, far, c));
    }
}
