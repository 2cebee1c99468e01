using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// What the transforms of F(4×4, 3×3) in machine code share: 512-bit registers (AVX-512 F and BW), see LargeTile in Runtime.
/// </summary>
/// <param name="add">Of integers of its width.</param>
/// <param name="subtract">Of integers of its width.</param>
internal abstract class LargeTileCode(Code add, Code subtract)
{
    protected const int RegisterBytes = 64;

    protected Frame Frame { get; } = new(Product.S16Avx512Vnni);

    protected Assembly Code => Frame.Code;

    public abstract byte[] Assemble();

    protected void Emit(Code instruction, Register target, Register left, Register right) =>
        Code.AddInstruction(Instruction.Create(instruction, target, left, right));

    protected void Load(Code instruction, Register target, MemoryOperand source) =>
        Code.AddInstruction(Instruction.Create(instruction, target, source));

    protected void Add(Register target, Register left, Register right) => Emit(add, target, left, right);

    protected void Subtract(Register target, Register left, Register right) => Emit(subtract, target, left, right);

    /// <summary>target ← 4 · source, of 16 bits.</summary>
    protected void Quadruple(Register target, Register source) =>
        Code.AddInstruction(Instruction.Create(Iced.Intel.Code.EVEX_Vpsllw_zmm_k1z_zmmm512_imm8, target, source, 2));

    protected void Store(MemoryOperand target, Register source) =>
        Code.AddInstruction(Instruction.Create(Iced.Intel.Code.EVEX_Vmovdqu32_zmmm512_k1z_zmm, target, source));

    protected static AssemblerMemoryOperand Argument(string field) => Frame.Argument<LargeTileCall>(field);

    /// <summary>Six points beside each other: where the first one goes, and the distance of two once, three and five times.</summary>
    protected sealed record SixPlaces(
        AssemblerRegister64 First, AssemblerRegister64 One, AssemblerRegister64 Three, AssemblerRegister64 Five)
    {
        public MemoryOperand this[int index] => index switch
        {
            0 => new(First),
            3 => new(First, Three),
            5 => new(First, Five),
            _ => new(First, One, index),
        };

        /// <param name="code">Where it goes.</param>
        /// <param name="field">Of the call, the distance in bytes.</param>
        public void EmitBegin(Assembly code, string field)
        {
            code.mov(One, Argument(field));
            code.lea(Three, __[One + (One * 2)]);
            code.lea(Five, __[One + (One * 4)]);
        }

        /// <summary>To the six behind these.</summary>
        public void EmitNext(Assembly code)
        {
            code.add(First, Five);
            code.add(First, One);
        }
    }
}
