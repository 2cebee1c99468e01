using Iced.Intel;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>Floats with weights in bfloat16, which are floats without their lower half.</summary>
internal sealed record BF16Product() : Product(F32Avx512)
{
    public override bool HasConstant => true;

    /// <summary>The upper 16 bits of every 32: all bits, moved up.</summary>
    public override void EmitConstant(Assembly code, Register register)
    {
        code.AddInstruction(Instruction.Create(Code.EVEX_Vpternlogd_zmm_k1z_zmm_zmmm512b32_imm8, register, register, register, 0xFF));
        code.AddInstruction(Instruction.Create(Code.EVEX_Vpslld_zmm_k1z_zmmm512b32_imm8, register, register, 16));
    }
}
