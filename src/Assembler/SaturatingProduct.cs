using Iced.Intel;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// u8 × s8 without a byte dot product, exact for activations up to 127: vpmaddubsw adds pairs of products in 16 bits, which
/// 127 · (127 + 127) does not fill, and vpmaddwd with ones adds pairs of these. Weights are multiplied from memory, which leaves registers
/// for sums.
/// </summary>
/// <param name="Registers">See <see cref="Product"/>.</param>
/// <param name="Bytes">See <see cref="Product"/>.</param>
/// <param name="Zero">See <see cref="Product"/>.</param>
/// <param name="Load">register ← memory.</param>
/// <param name="Store">memory ← register.</param>
/// <param name="Broadcast">See <see cref="Product"/>.</param>
/// <param name="MultiplyBytes">register of 16 bits ← pairs of products, saturated.</param>
/// <param name="MultiplyPairs">register of 32 bits ← pairs of products.</param>
/// <param name="Add">32 bits.</param>
internal abstract record SaturatingProduct(
    Register[] Registers, int Bytes, Code Zero, Code Load, Code Store, Code Broadcast, Code MultiplyBytes, Code MultiplyPairs, Code Add)
    : Product(Registers, Bytes, Zero, [new WeightRow.Plain(Load)], Store, Broadcast, MultiplyBytes)
{
    public override bool HasTemporary => true;

    /// <summary>Ones of 16 bits.</summary>
    public override bool HasConstant => true;

    public override bool KeepsWeightsInMemory => true;

    public override void EmitMultiplyAdd(Assembly code, Register sum, Register left, Register right, Spare spare)
    {
        code.AddInstruction(Instruction.Create(MultiplyBytes, spare.Temporary, left, right));
        EmitAdd(code, sum, spare);
    }

    public override void EmitMultiplyAdd(Assembly code, Register sum, Register left, MemoryOperand right, Spare spare)
    {
        code.AddInstruction(Instruction.Create(MultiplyBytes, spare.Temporary, left, right));
        EmitAdd(code, sum, spare);
    }

    private void EmitAdd(Assembly code, Register sum, Spare spare)
    {
        code.AddInstruction(Instruction.Create(MultiplyPairs, spare.Temporary, spare.Temporary, spare.Constant));
        code.AddInstruction(Instruction.Create(Add, sum, sum, spare.Temporary));
    }

    /// <summary>On 256-bit registers (AVX2).</summary>
    public sealed record Avx2() : SaturatingProduct(
        Ymm(), 32, Code.VEX_Vpxor_ymm_ymm_ymmm256, Code.VEX_Vmovdqu_ymm_ymmm256, Code.VEX_Vmovdqu_ymmm256_ymm,
        Code.VEX_Vpbroadcastd_ymm_xmmm32, Code.VEX_Vpmaddubsw_ymm_ymm_ymmm256, Code.VEX_Vpmaddwd_ymm_ymm_ymmm256,
        Code.VEX_Vpaddd_ymm_ymm_ymmm256)
    {
        public override void EmitConstant(Assembly code, Register register)
        {
            code.AddInstruction(Instruction.Create(Code.VEX_Vpcmpeqw_ymm_ymm_ymmm256, register, register, register));
            code.AddInstruction(Instruction.Create(Code.VEX_Vpsrlw_ymm_ymm_imm8, register, register, 15));
        }
    }

    /// <summary>On 512-bit registers (AVX-512 F and BW).</summary>
    public sealed record Avx512() : SaturatingProduct(
        Zmm(), 64, Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, Code.EVEX_Vmovdqu32_zmm_k1z_zmmm512, Code.EVEX_Vmovdqu32_zmmm512_k1z_zmm,
        Code.EVEX_Vpbroadcastd_zmm_k1z_xmmm32, Code.EVEX_Vpmaddubsw_zmm_k1z_zmm_zmmm512, Code.EVEX_Vpmaddwd_zmm_k1z_zmm_zmmm512,
        Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32)
    {
        public override void EmitConstant(Assembly code, Register register)
        {
            code.AddInstruction(Instruction.Create(Code.EVEX_Vpternlogd_zmm_k1z_zmm_zmmm512b32_imm8, register, register, register, 0xFF));
            code.AddInstruction(Instruction.Create(Code.EVEX_Vpsrlw_zmm_k1z_zmmm512_imm8, register, register, 15));
        }
    }
}
