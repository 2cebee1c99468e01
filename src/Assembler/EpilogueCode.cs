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
/// <param name="toBytes">Whether results become bytes.</param>
internal sealed class EpilogueCode(bool hasByteSums, bool toBytes)
{
    private const int Lanes = 16;

    /// <summary>Marks the columns of the last register that are there.</summary>
    public const Register Mask = Register.K1;

    private Register[] compensation = [], scale = [], bias = [];
    private Register lowest, highest;
    private QuantizeCode? quantize;

    /// <summary>Bytes of a register's results.</summary>
    private int ResultBytes => toBytes ? Lanes : Lanes * sizeof(float);

    /// <summary>Byte sums are never NaN, so one pair of bounds does for the function and the range of the codes.</summary>
    private bool HasFunctionBounds => !(hasByteSums && toBytes);

    public void Take(Frame frame, int vectors)
    {
        (compensation, scale) = hasByteSums ? (frame.TakeVectors(vectors), frame.TakeVectors(vectors)) : ([], []);
        bias = frame.TakeVectors(vectors);
        if (HasFunctionBounds)
        {
            (lowest, highest) = (frame.TakeVectors(1)[0], frame.TakeVectors(1)[0]);
        }

        quantize = toBytes ? new(frame) : null;
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

    /// <summary>The sums of a tile to the rows of the target.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="free">General registers.</param>
    /// <param name="rows">Of the tile.</param>
    /// <param name="sums">Row by row; of no use afterwards.</param>
    /// <param name="temporary">Another register.</param>
    public void EmitRows(
        Assembly code, (AssemblerRegister64 Outputs, AssemblerRegister64 Row, AssemblerRegister64 Target, AssemblerRegister64 Pitch) free,
        int rows, Register[] sums, Register temporary)
    {
        int vectors = sums.Length / rows;
        code.mov(free.Outputs, Frame.Argument(nameof(TileCall.Outputs)));
        code.mov(free.Target, Frame.Argument(nameof(TileCall.Target)));
        code.mov(free.Pitch, Frame.Argument(nameof(TileCall.TargetPitch)));
        for (int row = 0; row < rows; row++)
        {
            code.mov(free.Row, __qword_ptr[free.Outputs + (row * sizeof(long))]);
            code.imul(free.Row, free.Pitch);
            for (int vector = 0; vector < vectors; vector++)
            {
                EmitResult(code, sums[(row * vectors) + vector], vector, temporary,
                    new(free.Target, free.Row, 1, vector * ResultBytes, 1));
            }
        }
    }

    /// <summary>From a register of sums to memory.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="sum">Of no use afterwards.</param>
    /// <param name="vector">Which columns.</param>
    /// <param name="temporary">Another register.</param>
    /// <param name="target">Where its first column goes.</param>
    private void EmitResult(Assembly code, Register sum, int vector, Register temporary, MemoryOperand target)
    {
        if (hasByteSums)
        {
            Emit(code, Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, sum, sum, compensation[vector]);
            code.AddInstruction(Instruction.Create(Code.EVEX_Vcvtdq2ps_zmm_k1z_zmmm512b32_er, sum, sum));
            Emit(code, Code.EVEX_Vfmadd213ps_zmm_k1z_zmm_zmmm512b32_er, sum, scale[vector], bias[vector]);
        }
        else
        {
            Emit(code, Code.EVEX_Vaddps_zmm_k1z_zmm_zmmm512b32_er, sum, sum, bias[vector]);
        }

        if (HasFunctionBounds)
        {
            // Of equal values and of NaN the right operand is the result.
            Emit(code, Code.EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae, sum, lowest, sum);
            Emit(code, Code.EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae, sum, highest, sum);
        }

        quantize?.Emit(code, sum, temporary);
        var store = Instruction.Create(toBytes ? Code.EVEX_Vpmovdb_xmmm128_k1z_zmm : Code.EVEX_Vmovups_zmmm512_k1z_zmm, target, sum);
        if (vector == bias.Length - 1)
        {
            store.OpMask = Mask;
        }

        code.AddInstruction(store);
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
