using Iced.Intel;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>How one row k of weights gets from a group in memory into a register.</summary>
internal abstract record WeightRow
{
    /// <summary>Whether it lies in memory as it is multiplied, so that it can be multiplied from there.</summary>
    public virtual bool IsPlain => false;

    /// <param name="code">Where the instruction goes.</param>
    /// <param name="register">What is multiplied.</param>
    /// <param name="group">The group in memory.</param>
    /// <param name="constant">See <see cref="Product.HasConstant"/>.</param>
    public abstract void Emit(Assembly code, Register register, MemoryOperand group, Register constant);

    /// <summary>Changed by the instruction that reads it.</summary>
    public sealed record Changed(Code Load) : WeightRow
    {
        public override void Emit(Assembly code, Register register, MemoryOperand group, Register constant) =>
            code.AddInstruction(Instruction.Create(Load, register, group));
    }

    /// <summary>As it is.</summary>
    public sealed record Plain(Code Load) : WeightRow
    {
        public override bool IsPlain => true;

        public override void Emit(Assembly code, Register register, MemoryOperand group, Register constant) =>
            code.AddInstruction(Instruction.Create(Load, register, group));
    }

    /// <summary>bfloat16 in the lower halves of 32 bits: an even row.</summary>
    public sealed record LowerHalves : WeightRow
    {
        public override void Emit(Assembly code, Register register, MemoryOperand group, Register constant) =>
            code.AddInstruction(Instruction.Create(Code.EVEX_Vpslld_zmm_k1z_zmmm512b32_imm8, register, group, 16));
    }

    /// <summary>bfloat16 in the upper halves of 32 bits: an odd row.</summary>
    public sealed record UpperHalves : WeightRow
    {
        public override void Emit(Assembly code, Register register, MemoryOperand group, Register constant) =>
            code.AddInstruction(Instruction.Create(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, register, constant, group));
    }
}
