using Iced.Intel;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// u8 × s8 without a byte dot product, exact for all bytes: both become 16 bits, vpmaddwd multiplies and adds pairs. A register has two
/// sums for each of its columns, which meet at the end.
/// </summary>
/// <param name="Registers">See <see cref="Product"/>.</param>
/// <param name="Bytes">Of the columns of a register: four of weights each, and of their sums.</param>
/// <param name="Zero">See <see cref="Product"/>.</param>
/// <param name="Widen">register of 16 bits ← half a register of s8 in memory.</param>
/// <param name="Broadcast">Every 32 bits of half a register ← 32 bits of memory.</param>
/// <param name="WidenBroadcast">register of 16 bits ← half a register of u8.</param>
/// <param name="MultiplyPairs">register of 32 bits ← pairs of products.</param>
/// <param name="Add">32 bits.</param>
internal abstract record WideningProduct(
    Register[] Registers, int Bytes, Code Zero, Code Widen, Code Broadcast, Code WidenBroadcast, Code MultiplyPairs, Code Add)
    : Product(Registers, Bytes, Zero, [new WeightRow.Changed(Widen)], default, Broadcast, MultiplyPairs)
{
    public override bool HasTemporary => true;

    public override void EmitBroadcast(Assembly code, Register register, MemoryOperand source)
    {
        base.EmitBroadcast(code, Half(register), source);
        code.AddInstruction(Instruction.Create(WidenBroadcast, register, Half(register)));
    }

    public override void EmitMultiplyAdd(Assembly code, Register sum, Register left, Register right, Spare spare)
    {
        code.AddInstruction(Instruction.Create(MultiplyPairs, spare.Temporary, left, right));
        code.AddInstruction(Instruction.Create(Add, sum, sum, spare.Temporary));
    }

    protected abstract Register Half(Register register);

    /// <summary>On 256-bit registers (AVX2).</summary>
    public sealed record Avx2() : WideningProduct(
        Ymm(), 16, Code.VEX_Vpxor_ymm_ymm_ymmm256, Code.VEX_Vpmovsxbw_ymm_xmmm128, Code.VEX_Vpbroadcastd_xmm_xmmm32,
        Code.VEX_Vpmovzxbw_ymm_xmmm128, Code.VEX_Vpmaddwd_ymm_ymm_ymmm256, Code.VEX_Vpaddd_ymm_ymm_ymmm256)
    {
        /// <remarks>
        /// vphaddd adds neighbours within 128 bits and leaves the halves of two registers alternating; vpermq puts them in order.
        /// </remarks>
        public override void EmitStore(Assembly code, Register place, ReadOnlySpan<Register> sums, Register temporary)
        {
            const int InOrder = 0b11_01_10_00;
            for (int i = 0; i < sums.Length; i += 2)
            {
                var target = Frame.Memory(place, i * Bytes);
                if (i + 1 < sums.Length)
                {
                    code.AddInstruction(Instruction.Create(Code.VEX_Vphaddd_ymm_ymm_ymmm256, sums[i], sums[i], sums[i + 1]));
                    code.AddInstruction(Instruction.Create(Code.VEX_Vpermq_ymm_ymmm256_imm8, sums[i], sums[i], InOrder));
                    code.AddInstruction(Instruction.Create(Code.VEX_Vmovdqu_ymmm256_ymm, target, sums[i]));
                    continue;
                }

                code.AddInstruction(Instruction.Create(Code.VEX_Vextracti128_xmmm128_ymm_imm8, Half(temporary), sums[i], 1));
                code.AddInstruction(Instruction.Create(Code.VEX_Vphaddd_xmm_xmm_xmmm128, Half(sums[i]), Half(sums[i]), Half(temporary)));
                code.AddInstruction(Instruction.Create(Code.VEX_Vmovdqu_xmmm128_xmm, target, Half(sums[i])));
            }
        }

        protected override Register Half(Register register) => Register.XMM0 + register.GetNumber();
    }

    /// <summary>On 512-bit registers (AVX-512 F and BW).</summary>
    public sealed record Avx512() : WideningProduct(
        Zmm(), 32, Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, Code.EVEX_Vpmovsxbw_zmm_k1z_ymmm256, Code.EVEX_Vpbroadcastd_ymm_k1z_xmmm32,
        Code.EVEX_Vpmovzxbw_zmm_k1z_ymmm256, Code.EVEX_Vpmaddwd_zmm_k1z_zmm_zmmm512, Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32)
    {
        /// <remarks>The upper half of each 64 bits is added to the lower one, and the lower ones are stored.</remarks>
        public override void EmitStore(Assembly code, Register place, ReadOnlySpan<Register> sums, Register temporary)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                code.AddInstruction(Instruction.Create(Code.EVEX_Vpsrlq_zmm_k1z_zmmm512b64_imm8, temporary, sums[i], 32));
                code.AddInstruction(Instruction.Create(Add, sums[i], sums[i], temporary));
                code.AddInstruction(Instruction.Create(Code.EVEX_Vpmovqd_ymmm256_k1z_zmm, Frame.Memory(place, i * Bytes), sums[i]));
            }
        }

        protected override Register Half(Register register) => Register.YMM0 + register.GetNumber();
    }
}
