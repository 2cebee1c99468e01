using System.Runtime.InteropServices;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// What becomes of sums on 512-bit registers (AVX-512 F): bias, scale, bounds, bytes. The same operations in the same order as the epilogue
/// in C#, so the same bits. Its constants stay in registers from the first tile to the last.
/// </summary>
/// <param name="hasByteSums">Whether sums are of bytes, in 32-bit integers; otherwise they are floats.</param>
/// <param name="form">What is added and written.</param>
internal sealed class EpilogueCode(bool hasByteSums, EpilogueForm form)
{
    private const int Lanes = 16;

    /// <summary>Marks the columns of the last register that are there.</summary>
    public const Register Mask = Register.K1;

    private Register[] compensation = [], scale = [], bias = [];
    private Register lowest, highest;
    private QuantizeCode? quantize;

    public void Take(Frame frame, int vectors)
    {
        (compensation, scale) = hasByteSums ? (frame.TakeVectors(vectors), frame.TakeVectors(vectors)) : ([], []);
        bias = frame.TakeVectors(vectors);
        (lowest, highest) = (frame.TakeVectors(1)[0], frame.TakeVectors(1)[0]);
        quantize = form.HasFlag(EpilogueForm.Bytes) ? new(frame) : null;
    }

    /// <summary>Reads the constants.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="place">A general register that is free.</param>
    public void EmitBegin(Assembly code, AssemblerRegister64 place)
    {
        code.AddInstruction(Instruction.Create(Code.VEX_Kmovw_kr_km16, Mask, Argument(nameof(TileCall.Columns))));
        Load(code, place, nameof(TileCall.Compensation), compensation, Code.EVEX_Vmovdqu32_zmm_k1z_zmmm512);
        Load(code, place, nameof(TileCall.Scale), scale, Code.EVEX_Vmovups_zmm_k1z_zmmm512);
        Load(code, place, nameof(TileCall.Bias), bias, Code.EVEX_Vmovups_zmm_k1z_zmmm512, isPartial: !hasByteSums);
        Broadcast(code, lowest, nameof(TileCall.Lowest));
        Broadcast(code, highest, nameof(TileCall.Highest));
        quantize?.EmitBegin(code, Marshal.OffsetOf<TileCall>(nameof(TileCall.Codes)));
    }

    /// <summary>Sums of bytes begin with what would be added to them at the end.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="sums">Row by row.</param>
    /// <returns>False where sums begin with zero.</returns>
    public bool TryEmitFirstSums(Assembly code, Register[] sums)
    {
        for (int i = 0; i < sums.Length && hasByteSums; i++)
        {
            code.AddInstruction(
                Instruction.Create(Code.EVEX_Vmovdqa32_zmm_k1z_zmmm512, sums[i], compensation[i % compensation.Length]));
        }

        return hasByteSums;
    }

    /// <summary>The sums of a tile to the rows of the target.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="free">General registers: for the row, and the places of results in floats, in bytes, and of what is added.</param>
    /// <param name="rows">Of the tile.</param>
    /// <param name="sums">Row by row; of no use afterwards.</param>
    /// <param name="temporary">Another register.</param>
    public void EmitRows(
        Assembly code,
        (AssemblerRegister64 Outputs, AssemblerRegister64 Floats, AssemblerRegister64 Bytes, AssemblerRegister64 Addend) free,
        int rows, Register[] sums, Register temporary)
    {
        int vectors = sums.Length / rows;
        code.mov(free.Outputs, Frame.Argument(nameof(TileCall.Outputs)));
        for (int row = 0; row < rows; row++)
        {
            var output = __qword_ptr[free.Outputs + (row * sizeof(long))];
            Locate(code, EpilogueForm.Floats, free.Floats, output, nameof(TileCall.Floats), nameof(TileCall.FloatsPitch));
            Locate(code, EpilogueForm.Bytes | EpilogueForm.Rounded, free.Bytes, output, nameof(TileCall.Bytes),
                nameof(TileCall.BytesPitch));
            Locate(code, EpilogueForm.Sum, free.Addend, output, nameof(TileCall.Addend), nameof(TileCall.AddendPitch));
            for (int vector = 0; vector < vectors; vector++)
            {
                EmitResult(code, sums[(row * vectors) + vector], vector, temporary,
                    Frame.Memory(free.Floats, vector * Lanes * sizeof(float)), Frame.Memory(free.Bytes, vector * Lanes),
                    Frame.Memory(free.Addend, vector * Lanes * sizeof(float)));
            }
        }
    }

    private void Locate(Assembly code, EpilogueForm parts, AssemblerRegister64 place, AssemblerMemoryOperand output, string field,
        string pitch)
    {
        if ((form & parts) != 0)
        {
            code.mov(place, output);
            code.imul(place, Frame.Argument(pitch));
            code.add(place, Frame.Argument(field));
        }
    }

    /// <summary>From a register of sums to memory.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="sum">Of no use afterwards.</param>
    /// <param name="vector">Which columns.</param>
    /// <param name="temporary">Another register.</param>
    /// <param name="floats">Where its first column goes.</param>
    /// <param name="bytes">The same in bytes.</param>
    /// <param name="addend">What is added to it.</param>
    private void EmitResult(
        Assembly code, Register sum, int vector, Register temporary, MemoryOperand floats, MemoryOperand bytes, MemoryOperand addend)
    {
        if (hasByteSums)
        {
            code.AddInstruction(Instruction.Create(Code.EVEX_Vcvtdq2ps_zmm_k1z_zmmm512b32_er, sum, sum));
            Emit(code, Code.EVEX_Vfmadd213ps_zmm_k1z_zmm_zmmm512b32_er, sum, scale[vector], bias[vector]);
        }
        else
        {
            Emit(code, Code.EVEX_Vaddps_zmm_k1z_zmm_zmmm512b32_er, sum, sum, bias[vector]);
        }

        if (form.HasFlag(EpilogueForm.Sum))
        {
            EmitMasked(code, Instruction.Create(Code.EVEX_Vaddps_zmm_k1z_zmm_zmmm512b32_er, sum, sum, addend), vector);
        }

        // Of equal values and of NaN the right operand is the result.
        Emit(code, Code.EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae, sum, lowest, sum);
        Emit(code, Code.EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae, sum, highest, sum);
        if (form.HasFlag(EpilogueForm.Floats))
        {
            EmitMasked(code, Instruction.Create(Code.EVEX_Vmovups_zmmm512_k1z_zmm, floats, sum), vector);
        }

        if (form == EpilogueForm.Rounded)
        {
            QuantizeCode.EmitRound(code, sum, sum);
        }

        quantize?.Emit(code, sum, temporary);
        if ((form & (EpilogueForm.Bytes | EpilogueForm.Rounded)) != 0)
        {
            EmitMasked(code, Instruction.Create(Code.EVEX_Vpmovdb_xmmm128_k1z_zmm, bytes, sum), vector);
        }
    }

    /// <summary>The last register may have columns that are not there.</summary>
    private void EmitMasked(Assembly code, Instruction instruction, int vector)
    {
        if (vector == bias.Length - 1)
        {
            instruction.OpMask = Mask;
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

    private static void Broadcast(Assembly code, Register target, string field)
    {
        if (target != Register.None)
        {
            code.AddInstruction(Instruction.Create(Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, target, Argument(field)));
        }
    }

    private static void Emit(Assembly code, Code instruction, Register target, Register left, Register right) =>
        code.AddInstruction(Instruction.Create(instruction, target, left, right));

    private static MemoryOperand Argument(string field) => new(Register.RCX, (int)Marshal.OffsetOf<TileCall>(field), 1);
}
