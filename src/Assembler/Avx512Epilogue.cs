using System.Runtime.InteropServices;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// On 512-bit registers (AVX-512 F), the last one with a mask. Constants stay in registers from the first tile to the last.
/// </summary>
/// <inheritdoc cref="EpilogueCode"/>
internal sealed class Avx512Epilogue(bool hasByteSums, EpilogueForm form) : EpilogueCode(hasByteSums, form)
{
    private const int Lanes = 16;

    /// <summary>Marks the columns of the last register that are there.</summary>
    public const Register Mask = Register.K1;

    private Register[] compensation = [], scale = [], bias = [];
    private Register lowest, highest, temporary, mask = Mask;
    private QuantizeCode? quantize;
    private GeluCode? gelu;

    /// <summary>Masks of the rows behind the first one, and where they are in the call; none: <see cref="Mask"/> again.</summary>
    public (Register Register, string Field)[] LaterMasks { get; init; } = [];

    public override void Take(Frame frame, int vectors, Register[] free)
    {
        (compensation, scale) = HasByteSums ? (frame.TakeVectors(vectors), frame.TakeVectors(vectors)) : ([], []);
        bias = frame.TakeVectors(vectors);
        (lowest, highest) = Curves ? default : (frame.TakeVectors(1)[0], frame.TakeVectors(1)[0]);
        quantize = Quantizes ? new(frame) : null;
        temporary = free[0];
        gelu = Curves ? GeluCode.Take(frame, sizeof(float) * Lanes, free) : null;
    }

    public override void EmitBegin(Assembly code, AssemblerRegister64 place)
    {
        code.AddInstruction(Instruction.Create(Code.VEX_Kmovw_kr_km16, Mask, Argument(nameof(TileCall.Columns))));
        foreach (var (register, field) in LaterMasks)
        {
            code.AddInstruction(Instruction.Create(Code.VEX_Kmovw_kr_km16, register, Argument(field)));
        }

        Load(code, place, nameof(TileCall.Compensation), compensation, Code.EVEX_Vmovdqu32_zmm_k1z_zmmm512);
        Load(code, place, nameof(TileCall.Scale), scale, Code.EVEX_Vmovups_zmm_k1z_zmmm512);
        Load(code, place, nameof(TileCall.Bias), bias, Code.EVEX_Vmovups_zmm_k1z_zmmm512, isPartial: !HasByteSums);
        if (!Curves)
        {
            Broadcast(code, lowest, nameof(TileCall.Lowest));
            Broadcast(code, highest, nameof(TileCall.Highest));
        }

        quantize?.EmitBegin(code, Marshal.OffsetOf<TileCall>(nameof(TileCall.Codes)));
    }

    public override bool TryEmitFirstSums(Assembly code, AssemblerRegister64 place, Register[] sums)
    {
        for (int i = 0; i < sums.Length && HasByteSums; i++)
        {
            code.AddInstruction(
                Instruction.Create(Code.EVEX_Vmovdqa32_zmm_k1z_zmmm512, sums[i], compensation[i % compensation.Length]));
        }

        return HasByteSums;
    }

    /// <summary>Sums of bytes that began with zero get what others begin with.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="sums">Of the first register of columns.</param>
    public void EmitCompensation(Assembly code, Register[] sums) =>
        Array.ForEach(sums, sum => Emit(code, Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, sum, sum, compensation[0]));

    protected override void EmitRow(Assembly code, EpiloguePlaces places, int row, ReadOnlySpan<Register> sums)
    {
        mask = row > 0 && LaterMasks.Length > 0 ? LaterMasks[row - 1].Register : Mask;
        for (int vector = 0; vector < sums.Length; vector++)
        {
            int column = vector * Lanes;
            EmitValue(code, sums[vector], vector, places.Addend);
            EmitResult(
                code, sums[vector], vector, Frame.Memory(places.Floats, column * sizeof(float)), Frame.Memory(places.Bytes, column));
        }
    }

    /// <summary>From a register of sums to what its function gives.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="sum">Becomes it.</param>
    /// <param name="vector">Which columns.</param>
    /// <param name="addend">What is added to the row, or the constants of the function.</param>
    private void EmitValue(Assembly code, Register sum, int vector, Register addend)
    {
        if (HasByteSums)
        {
            code.AddInstruction(Instruction.Create(Code.EVEX_Vcvtdq2ps_zmm_k1z_zmmm512b32_er, sum, sum));
            Emit(code, Code.EVEX_Vfmadd213ps_zmm_k1z_zmm_zmmm512b32_er, sum, scale[vector], bias[vector]);
        }
        else
        {
            Emit(code, Code.EVEX_Vaddps_zmm_k1z_zmm_zmmm512b32_er, sum, sum, bias[vector]);
        }

        if (Adds)
        {
            EmitMasked(code, Instruction.Create(Code.EVEX_Vaddps_zmm_k1z_zmm_zmmm512b32_er, sum, sum,
                Frame.Memory(addend, vector * Lanes * sizeof(float))), vector);
        }

        if (gelu is not null)
        {
            gelu.Emit(code, addend, sum);
            return;
        }

        // Of equal values and of NaN the right operand is the result.
        Emit(code, Code.EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae, sum, lowest, sum);
        Emit(code, Code.EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae, sum, highest, sum);
    }

    /// <summary>From a register of results to memory.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="sum">Of no use afterwards.</param>
    /// <param name="vector">Which columns.</param>
    /// <param name="floats">Where its first column goes.</param>
    /// <param name="bytes">The same in bytes.</param>
    private void EmitResult(Assembly code, Register sum, int vector, MemoryOperand floats, MemoryOperand bytes)
    {
        if (WritesFloats)
        {
            EmitMasked(code, Instruction.Create(Code.EVEX_Vmovups_zmmm512_k1z_zmm, floats, sum), vector);
        }

        if (Rounds)
        {
            QuantizeCode.EmitRound(code, sum, sum);
        }

        quantize?.Emit(code, sum, temporary);
        if (Quantizes || Rounds)
        {
            EmitMasked(code, Instruction.Create(Code.EVEX_Vpmovdb_xmmm128_k1z_zmm, bytes, sum), vector);
        }
    }

    /// <summary>The last register may have columns that are not there.</summary>
    private void EmitMasked(Assembly code, Instruction instruction, int vector)
    {
        if (vector == bias.Length - 1)
        {
            instruction.OpMask = mask;
        }

        code.AddInstruction(instruction);
    }

    private static void Load(
        Assembly code, AssemblerRegister64 place, string field, Register[] targets, Code load, bool isPartial = false)
    {
        if (targets.Length == 0)
        {
            return;
        }

        code.mov(place, Frame.Argument(field));
        for (int i = 0; i < targets.Length; i++)
        {
            var instruction = Instruction.Create(load, targets[i], Frame.Memory(place, i * Lanes * sizeof(float)));
            if (isPartial && i == targets.Length - 1)
            {
                instruction.OpMask = Mask;
                instruction.ZeroingMasking = true;
            }

            code.AddInstruction(instruction);
        }
    }

    private static void Broadcast(Assembly code, Register target, string field) =>
        code.AddInstruction(Instruction.Create(Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, target, Argument(field)));
}
