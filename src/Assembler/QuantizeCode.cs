using System.Runtime.InteropServices;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>From values to codes on 512-bit registers (AVX-512 F): a quotient with one correction, see StoreU8 in Runtime.</summary>
internal sealed class QuantizeCode
{
    private readonly Register firstValue, lastValue, reciprocal, negativeScale, zeroPoint;

    public QuantizeCode(Frame frame)
    {
        Register[] taken = frame.TakeVectors(5);
        (firstValue, lastValue, reciprocal, negativeScale, zeroPoint) = (taken[0], taken[1], taken[2], taken[3], taken[4]);
    }

    /// <summary>Reads the constants.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="offset">Of the <see cref="CodeRange"/> in the argument.</param>
    public void EmitBegin(Assembly code, nint offset)
    {
        Broadcast(code, firstValue, offset, nameof(CodeRange.FirstValue));
        Broadcast(code, lastValue, offset, nameof(CodeRange.LastValue));
        Broadcast(code, reciprocal, offset, nameof(CodeRange.Reciprocal));
        Broadcast(code, negativeScale, offset, nameof(CodeRange.NegativeScale));
        Broadcast(code, zeroPoint, offset, nameof(CodeRange.ZeroPoint));
    }

    /// <param name="code">Where it goes.</param>
    /// <param name="value">Becomes 32-bit integers.</param>
    /// <param name="quotient">Another register.</param>
    public void Emit(Assembly code, Register value, Register quotient)
    {
        Emit(code, Code.EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae, value, value, firstValue);
        Emit(code, Code.EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae, value, value, lastValue);
        Emit(code, Code.EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er, quotient, value, reciprocal);
        Emit(code, Code.EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er, value, quotient, negativeScale);
        Emit(code, Code.EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er, quotient, value, reciprocal);
        EmitRound(code, value, quotient);
        Emit(code, Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, value, value, zeroPoint);
    }

    /// <summary>integer ← value, the even one of two that are as near.</summary>
    public static void EmitRound(Assembly code, Register integer, Register value)
    {
        var round = Instruction.Create(Code.EVEX_Vcvtps2dq_zmm_k1z_zmmm512b32_er, integer, value);
        round.RoundingControl = RoundingControl.RoundToNearest;
        code.AddInstruction(round);
    }

    private static void Broadcast(Assembly code, Register target, nint offset, string field) =>
        code.AddInstruction(Instruction.Create(Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, target,
            new MemoryOperand(Register.RCX, (int)(offset + Marshal.OffsetOf<CodeRange>(field)), 1)));

    private static void Emit(Assembly code, Code instruction, Register target, Register left, Register right) =>
        code.AddInstruction(Instruction.Create(instruction, target, left, right));
}
