using System.Runtime.InteropServices;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// A procedure around its body: hands out registers, and saves those that one of the two calling conventions of x64 preserves. Its one
/// argument, such as a <see cref="TileCall"/>, is in rcx: the first argument on Windows and the fourth everywhere else, so the caller
/// passes it four times.
/// </summary>
internal sealed class Frame
{
    private static readonly AssemblerRegister64[] Volatile = [rax, rdx, r8, r9, r10, r11],
        Preserved = [rbx, rbp, rsi, rdi, r12, r13, r14, r15];

    private readonly Queue<AssemblerRegister64> free = new(Volatile.Concat(Preserved));
    private readonly Queue<Register> freeVectors;
    private readonly List<Register> savedVectors = [];

    public Frame(Product product) => freeVectors = new(product.Registers);

    public Assembly Code { get; } = new(64);

    public static AssemblerMemoryOperand Argument(string field) => Argument<TileCall>(field);

    public static AssemblerMemoryOperand Argument<TCall>(string field) => __qword_ptr[rcx + (int)Marshal.OffsetOf<TCall>(field)];

    public static MemoryOperand Memory(Register place, int displacement) => new(place, displacement, displacement == 0 ? 0 : 1);

    public AssemblerRegister64 Take() => free.Dequeue();

    public AssemblerRegister64[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => Take())];

    /// <summary>Vector registers; Windows preserves the lowest 128 bits of 6–15.</summary>
    public Register[] TakeVectors(int count)
    {
        Register[] taken = [.. Enumerable.Range(0, count).Select(_ => freeVectors.Dequeue())];
        savedVectors.AddRange(taken.Select(register => register.GetNumber()).Where(number => number is >= 6 and < 16)
            .Select(number => Register.XMM0 + number));
        return taken;
    }

    /// <param name="body">Emits what is done between; it takes no more registers.</param>
    public byte[] Assemble(Action body)
    {
        AssemblerRegister64[] saved = [.. Preserved.Where(register => !free.Contains(register))];
        Array.ForEach(saved, register => Code.push(register));
        if (savedVectors.Count > 0)
        {
            Code.sub(rsp, savedVectors.Count * 16);
        }

        for (int i = 0; i < savedVectors.Count; i++)
        {
            Code.AddInstruction(Instruction.Create(
                Iced.Intel.Code.VEX_Vmovups_xmmm128_xmm, Memory(Register.RSP, i * 16), savedVectors[i]));
        }

        body();
        Code.vzeroupper();
        for (int i = 0; i < savedVectors.Count; i++)
        {
            Code.AddInstruction(Instruction.Create(
                Iced.Intel.Code.VEX_Vmovups_xmm_xmmm128, savedVectors[i], Memory(Register.RSP, i * 16)));
        }

        if (savedVectors.Count > 0)
        {
            Code.add(rsp, savedVectors.Count * 16);
        }

        Array.ForEach([.. saved.Reverse()], register => Code.pop(register));
        Code.ret();
        var stream = new MemoryStream();
        Code.Assemble(new StreamCodeWriter(stream), rip: 0);
        return stream.ToArray();
    }
}
