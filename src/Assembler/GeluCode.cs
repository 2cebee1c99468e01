using Iced.Intel;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// The function Gelu of Runtime, x · (½ + n · P(n²) / Q(n²)) with x within bounds for n: the same operations in the same order.
/// </summary>
/// <param name="Near">The argument within bounds; free before and afterwards, as the other registers.</param>
/// <param name="Square">Of it.</param>
/// <param name="Polynomial">One after the other.</param>
/// <param name="Constant">None on 512-bit registers (AVX-512 F), whose instructions broadcast what they read; on others (AVX2 and FMA)
/// what is read next.</param>
internal sealed record GeluCode(Register Near, Register Square, Register Polynomial, Register Constant)
{
    /// <summary>Coefficients of a polynomial.</summary>
    private const int Coefficients = 6;

    private const int WideBytes = 64;

    private bool IsWide => Constant == Register.None;

    /// <param name="frame">Has further registers.</param>
    /// <param name="bytes">Of a register: 32 or 64.</param>
    /// <param name="free">Registers that hold nothing behind the sums of a tile.</param>
    public static GeluCode Take(Frame frame, int bytes, Register[] free)
    {
        var registers = new Queue<Register>(free.Where(register => register != Register.None));
        return new(Next(), Next(), Next(), bytes == WideBytes ? Register.None : Next());

        Register Next() => registers.Count > 0 ? registers.Dequeue() : frame.TakeVectors(1)[0];
    }

    /// <param name="code">Where it goes.</param>
    /// <param name="constants">Where they lie, one float each.</param>
    /// <param name="value">Its argument, and then its value.</param>
    public void Emit(Assembly code, Register constants, Register value)
    {
        var (max, min) = IsWide ? (Code.EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae, Code.EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae)
            : (Code.VEX_Vmaxps_ymm_ymm_ymmm256, Code.VEX_Vminps_ymm_ymm_ymmm256);
        var (multiply, divide) = IsWide ? (Code.EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er, Code.EVEX_Vdivps_zmm_k1z_zmm_zmmm512b32_er)
            : (Code.VEX_Vmulps_ymm_ymm_ymmm256, Code.VEX_Vdivps_ymm_ymm_ymmm256);
        int next = 0;

        // Of equal values and of NaN the right operand is the result.
        Broadcast(code, Near, constants, next++);
        Emit(code, min, Near, Near, value);
        Broadcast(code, Square, constants, next++);
        Emit(code, max, Near, Square, Near);
        Emit(code, multiply, Square, Near, Near);
        EmitPolynomial(code, constants, ref next);
        Emit(code, multiply, Near, Near, Polynomial);
        EmitPolynomial(code, constants, ref next);
        Emit(code, divide, Near, Near, Polynomial);
        EmitWithConstant(
            code, IsWide ? Code.EVEX_Vaddps_zmm_k1z_zmm_zmmm512b32_er : Code.VEX_Vaddps_ymm_ymm_ymmm256, Near, Near, constants, next);
        Emit(code, multiply, value, value, Near);
    }

    private void EmitPolynomial(Assembly code, Register constants, ref int next)
    {
        Broadcast(code, Polynomial, constants, next++);
        for (int i = 1; i < Coefficients; i++)
        {
            EmitWithConstant(code, IsWide ? Code.EVEX_Vfmadd213ps_zmm_k1z_zmm_zmmm512b32_er : Code.VEX_Vfmadd213ps_ymm_ymm_ymmm256,
                Polynomial, Square, constants, next++);
        }
    }

    private void EmitWithConstant(Assembly code, Code instruction, Register target, Register left, Register constants, int index)
    {
        if (!IsWide)
        {
            Broadcast(code, Constant, constants, index);
            Emit(code, instruction, target, left, Constant);
            return;
        }

        code.AddInstruction(Instruction.Create(instruction, target, left,
            new MemoryOperand(constants, Register.None, 1, index * sizeof(float), index == 0 ? 0 : 1, true, Register.None)));
    }

    private void Broadcast(Assembly code, Register target, Register constants, int index) => code.AddInstruction(Instruction.Create(
        IsWide ? Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32 : Code.VEX_Vbroadcastss_ymm_m32, target,
        Frame.Memory(constants, index * sizeof(float))));

    private static void Emit(Assembly code, Code instruction, Register target, Register left, Register right) =>
        code.AddInstruction(Instruction.Create(instruction, target, left, right));
}
