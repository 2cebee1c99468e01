using System.Runtime.InteropServices;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// On 256-bit registers (AVX2 and FMA), whole ones only. Sums leave four of sixteen registers, so constants are read again for each tile.
/// </summary>
/// <inheritdoc cref="EpilogueCode"/>
internal sealed class Avx2Epilogue(bool hasByteSums, EpilogueForm form) : EpilogueCode(hasByteSums, form)
{
    private const int RegisterBytes = 32;

    /// <summary>What is packed from two registers takes turns with their halves.</summary>
    private const int InOrder = 0b11_01_10_00;

    private Register lowest, highest;

    /// <summary>Of each register of columns; where results are quantized one that changes.</summary>
    private Register[] scale = [];

    private Register temporary;
    private GeluCode? gelu;

    /// <summary>Whether scales are constants of a tile.</summary>
    private bool KeepsScale => HasByteSums && !Quantizes && !Curves;

    /// <summary>Whether there is one register for a scale, or for a value on its way to a byte.</summary>
    private bool SharesScale => Quantizes || (HasByteSums && Curves);

    public override void Take(Frame frame, int vectors, Register[] free)
    {
        var registers = new Queue<Register>(free.Where(register => register != Register.None));
        if (Curves)
        {
            // Before and behind the function its registers are free.
            gelu = GeluCode.Take(frame, RegisterBytes, free);
            (scale, temporary) = ([.. Enumerable.Repeat(gelu.Near, vectors)], gelu.Square);
            return;
        }

        (lowest, highest) = (Next(), Next());
        scale = [.. from vector in Enumerable.Range(0, vectors) select KeepsScale || (Quantizes && vector == 0) ? Next() : Register.None];
        temporary = Quantizes || (Rounds && vectors == 1) ? Next() : Register.None;

        Register Next() => registers.Count > 0 ? registers.Dequeue() : frame.TakeVectors(1)[0];
    }

    public override void EmitBegin(Assembly code, AssemblerRegister64 place)
    {
    }

    public override bool TryEmitFirstSums(Assembly code, AssemblerRegister64 place, Register[] sums)
    {
        if (HasByteSums)
        {
            code.mov(place, Frame.Argument(nameof(TileCall.Compensation)));
            for (int i = 0; i < sums.Length; i++)
            {
                Load(code, Code.VEX_Vmovdqu_ymm_ymmm256, sums[i], Frame.Memory(place, i % scale.Length * RegisterBytes));
            }
        }

        return HasByteSums;
    }

    protected override void EmitTerms(Assembly code, EpiloguePlaces places)
    {
        if (HasByteSums)
        {
            code.mov(places.Scale, Frame.Argument(nameof(TileCall.Scale)));
        }

        for (int vector = 0; vector < scale.Length && KeepsScale; vector++)
        {
            Load(code, Code.VEX_Vmovups_ymm_ymmm256, scale[vector], Frame.Memory(places.Scale, vector * RegisterBytes));
        }

        code.mov(places.Bias, Frame.Argument(nameof(TileCall.Bias)));
        if (Curves)
        {
            return;
        }

        Load(code, Code.VEX_Vbroadcastss_ymm_m32, lowest, Argument(nameof(TileCall.Lowest)));
        Load(code, Code.VEX_Vbroadcastss_ymm_m32, highest, Argument(nameof(TileCall.Highest)));
    }

    protected override void EmitRow(Assembly code, EpiloguePlaces places, int row, ReadOnlySpan<Register> sums)
    {
        for (int vector = 0; vector < sums.Length; vector++)
        {
            EmitResult(code, places, sums[vector], vector);
        }

        if (Quantizes || Rounds)
        {
            EmitBytes(code, places.Bytes, sums);
        }
    }

    /// <summary>From a register of sums to floats in memory, and to integers where they become bytes.</summary>
    private void EmitResult(Assembly code, EpiloguePlaces places, Register sum, int vector)
    {
        int offset = vector * RegisterBytes;
        var factor = scale[SharesScale ? 0 : vector];
        var bias = Frame.Memory(places.Bias, offset);
        if (HasByteSums)
        {
            code.AddInstruction(Instruction.Create(Code.VEX_Vcvtdq2ps_ymm_ymmm256, sum, sum));
            if (!KeepsScale)
            {
                Load(code, Code.VEX_Vmovups_ymm_ymmm256, factor, Frame.Memory(places.Scale, offset));
            }

            code.AddInstruction(Instruction.Create(Code.VEX_Vfmadd213ps_ymm_ymm_ymmm256, sum, factor, bias));
        }
        else
        {
            code.AddInstruction(Instruction.Create(Code.VEX_Vaddps_ymm_ymm_ymmm256, sum, sum, bias));
        }

        if (Adds)
        {
            code.AddInstruction(Instruction.Create(Code.VEX_Vaddps_ymm_ymm_ymmm256, sum, sum, Frame.Memory(places.Addend, offset)));
        }

        if (gelu is not null)
        {
            gelu.Emit(code, places.Addend, sum);
        }
        else
        {
            // Of equal values and of NaN the right operand is the result.
            Emit(code, Code.VEX_Vmaxps_ymm_ymm_ymmm256, sum, lowest, sum);
            Emit(code, Code.VEX_Vminps_ymm_ymm_ymmm256, sum, highest, sum);
        }

        if (WritesFloats)
        {
            code.AddInstruction(Instruction.Create(Code.VEX_Vmovups_ymmm256_ymm, Frame.Memory(places.Floats, offset), sum));
        }

        if (Rounds)
        {
            EmitRound(code, sum, sum);
        }
        else if (Quantizes)
        {
            EmitQuantize(code, sum);
        }
    }

    /// <summary>
    /// A quotient with one correction, see StoreU8 in Runtime. The least code is 0, which packing gives all that is less; only NaN would
    /// not become it.
    /// </summary>
    private void EmitQuantize(Assembly code, Register sum)
    {
        var (value, other) = (scale[0], temporary);
        if (!HasByteSums || Adds || Curves)
        {
            Broadcast(code, nameof(CodeRange.FirstValue));
            Emit(code, Code.VEX_Vmaxps_ymm_ymm_ymmm256, sum, sum, other);
        }

        Broadcast(code, nameof(CodeRange.LastValue));
        Emit(code, Code.VEX_Vminps_ymm_ymm_ymmm256, sum, sum, other);
        Broadcast(code, nameof(CodeRange.Reciprocal));
        Emit(code, Code.VEX_Vmulps_ymm_ymm_ymmm256, value, sum, other);
        Broadcast(code, nameof(CodeRange.NegativeScale));
        Emit(code, Code.VEX_Vfmadd231ps_ymm_ymm_ymmm256, sum, value, other);
        Broadcast(code, nameof(CodeRange.Reciprocal));
        Emit(code, Code.VEX_Vfmadd231ps_ymm_ymm_ymmm256, value, sum, other);
        EmitRound(code, sum, value);
        Broadcast(code, nameof(CodeRange.ZeroPoint));
        Emit(code, Code.VEX_Vpaddd_ymm_ymm_ymmm256, sum, sum, other);
    }

    /// <summary>Integers of 32 bits as bytes to memory.</summary>
    private void EmitBytes(Assembly code, AssemblerRegister64 place, ReadOnlySpan<Register> sums)
    {
        Register low = Lower(sums[0]), high = Lower(sums.Length > 1 ? sums[1] : temporary);
        if (sums.Length > 1)
        {
            Emit(code, Code.VEX_Vpackssdw_ymm_ymm_ymmm256, sums[0], sums[0], sums[1]);
            code.AddInstruction(Instruction.Create(Code.VEX_Vpermq_ymm_ymmm256_imm8, sums[0], sums[0], InOrder));
        }

        code.AddInstruction(Instruction.Create(Code.VEX_Vextracti128_xmmm128_ymm_imm8, high, sums[0], 1));
        if (sums.Length == 1)
        {
            Emit(code, Code.VEX_Vpackssdw_xmm_xmm_xmmm128, low, low, high);
        }

        Emit(code, Code.VEX_Vpackuswb_xmm_xmm_xmmm128, low, low, sums.Length > 1 ? high : low);
        code.AddInstruction(Instruction.Create(
            sums.Length > 1 ? Code.VEX_Vmovdqu_xmmm128_xmm : Code.VEX_Vmovq_xmmm64_xmm, Frame.Memory(place, 0), low));
    }

    /// <summary>integer ← value, the even one of two that are as near: as processors round where nothing else is asked for.</summary>
    private static void EmitRound(Assembly code, Register integer, Register value) =>
        code.AddInstruction(Instruction.Create(Code.VEX_Vcvtps2dq_ymm_ymmm256, integer, value));

    private void Broadcast(Assembly code, string field) => Load(code, Code.VEX_Vbroadcastss_ymm_m32, temporary, new(Register.RCX,
        (int)(Marshal.OffsetOf<TileCall>(nameof(TileCall.Codes)) + Marshal.OffsetOf<CodeRange>(field)), 1));

    private static void Load(Assembly code, Code load, Register target, MemoryOperand source) =>
        code.AddInstruction(Instruction.Create(load, target, source));

    private static Register Lower(Register register) => Register.XMM0 + register.GetNumber();
}
