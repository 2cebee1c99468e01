using Iced.Intel;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// u8 × s8 on 256-bit registers without a byte dot product, exact for all bytes: both become 16 bits, vpmaddwd multiplies and adds pairs. A
/// register has two sums for each of four columns, which meet at the end.
/// </summary>
internal sealed record WideningProduct() : Product(
    Ymm(), SumBytes, Code.VEX_Vpxor_ymm_ymm_ymmm256, [new WeightRow.Changed(Code.VEX_Vpmovsxbw_ymm_xmmm128)],
    Code.VEX_Vmovdqu_ymmm256_ymm, Code.VEX_Vpbroadcastd_xmm_xmmm32, Code.VEX_Vpmaddwd_ymm_ymm_ymmm256)
{
    /// <summary>Four columns: of weights, four bytes each; of sums, 32 bits each.</summary>
    private const int SumBytes = 16;

    public override int Temporaries => 1;

    public override void EmitBroadcast(Assembly code, Register register, MemoryOperand source)
    {
        base.EmitBroadcast(code, Half(register), source);
        code.AddInstruction(Instruction.Create(Code.VEX_Vpmovzxbw_ymm_xmmm128, register, Half(register)));
    }

    public override void EmitMultiplyAdd(Assembly code, Register sum, Register left, Register right, Register temporary)
    {
        code.AddInstruction(Instruction.Create(MultiplyAdd, temporary, left, right));
        code.AddInstruction(Instruction.Create(Code.VEX_Vpaddd_ymm_ymm_ymmm256, sum, sum, temporary));
    }

    /// <remarks>vphaddd adds neighbours within 128 bits and leaves the halves of two registers alternating; vpermq puts them in order.</remarks>
    public override void EmitStore(Assembly code, Register place, ReadOnlySpan<Register> sums, Register temporary)
    {
        const int InOrder = 0b11_01_10_00;
        for (int i = 0; i < sums.Length; i += 2)
        {
            var target = Frame.Memory(place, i * SumBytes);
            if (i + 1 < sums.Length)
            {
                code.AddInstruction(Instruction.Create(Code.VEX_Vphaddd_ymm_ymm_ymmm256, sums[i], sums[i], sums[i + 1]));
                code.AddInstruction(Instruction.Create(Code.VEX_Vpermq_ymm_ymmm256_imm8, sums[i], sums[i], InOrder));
                code.AddInstruction(Instruction.Create(Store, target, sums[i]));
                continue;
            }

            code.AddInstruction(Instruction.Create(Code.VEX_Vextracti128_xmmm128_ymm_imm8, Half(temporary), sums[i], 1));
            code.AddInstruction(Instruction.Create(Code.VEX_Vphaddd_xmm_xmm_xmmm128, Half(sums[i]), Half(sums[i]), Half(temporary)));
            code.AddInstruction(Instruction.Create(Code.VEX_Vmovdqu_xmmm128_xmm, target, Half(sums[i])));
        }
    }

    private static Register Half(Register register) => Register.XMM0 + register.GetNumber();
}
