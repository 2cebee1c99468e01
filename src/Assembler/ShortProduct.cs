using Iced.Intel;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>Pairs of integers of 16 bits on both sides without a dot product: vpmaddwd multiplies and adds a pair.</summary>
/// <param name="Registers">See <see cref="Product"/>.</param>
/// <param name="Bytes">See <see cref="Product"/>.</param>
/// <param name="Zero">See <see cref="Product"/>.</param>
/// <param name="Load">register ← memory.</param>
/// <param name="Store">memory ← register.</param>
/// <param name="Broadcast">See <see cref="Product"/>.</param>
/// <param name="MultiplyPairs">register of 32 bits ← pairs of products.</param>
/// <param name="Add">32 bits.</param>
internal sealed record ShortProduct(
    Register[] Registers, int Bytes, Code Zero, Code Load, Code Store, Code Broadcast, Code MultiplyPairs, Code Add)
    : Product(Registers, Bytes, Zero, [new WeightRow.Plain(Load)], Store, Broadcast, MultiplyPairs)
{
    public override bool HasTemporary => true;

    public override void EmitMultiplyAdd(Assembly code, Register sum, Register left, Register right, Spare spare)
    {
        code.AddInstruction(Instruction.Create(MultiplyPairs, spare.Temporary, left, right));
        code.AddInstruction(Instruction.Create(Add, sum, sum, spare.Temporary));
    }

    public override void EmitMultiplyAdd(Assembly code, Register sum, Register left, MemoryOperand right, Spare spare)
    {
        code.AddInstruction(Instruction.Create(MultiplyPairs, spare.Temporary, left, right));
        code.AddInstruction(Instruction.Create(Add, sum, sum, spare.Temporary));
    }
}
