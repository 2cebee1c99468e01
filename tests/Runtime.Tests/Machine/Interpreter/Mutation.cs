using Iced.Intel;

namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <summary>One instruction of a procedure changed: what a mistake in the assembler would look like.</summary>
internal sealed record Mutation(int Index, string What, Instruction? Changed)
{
    /// <summary>Each instruction left out, each displacement and each step changed, each register exchanged for its neighbour.</summary>
    public static IEnumerable<Mutation> All(Instruction[] code)
    {
        for (int i = 0; i < code.Length; i++)
        {
            // Of what is packed here half is stored, the left operand's.
            bool isHalf = code[i].Mnemonic == Mnemonic.Vpackuswb && code[i + 1].Mnemonic == Mnemonic.Vmovq;
            if (code[i].Mnemonic != Mnemonic.Ret)
            {
                yield return new(i, "left out", null);
            }

            foreach (var (what, changed) in Changes(code[i], isHalf ? 2 : code[i].OpCount))
            {
                yield return new(i, what, changed);
            }
        }
    }

    public ReadOnlySpan<Instruction> Apply(Instruction[] code)
    {
        var changed = code.ToArray();
        if (Changed is { } other)
        {
            changed[Index] = other;
        }
        else
        {
            // A jump over nothing; branches to the instruction still arrive.
            changed[Index] = Instruction.CreateBranch(Iced.Intel.Code.Jmp_rel8_64, code[Index + 1].IP);
            changed[Index].IP = code[Index].IP;
        }

        return changed;
    }

    private static IEnumerable<(string What, Instruction Changed)> Changes(Instruction original, int operands)
    {
        for (int operand = 0; operand < operands; operand++)
        {
            var changed = original;
            switch (original.GetOpKind(operand))
            {
                case OpKind.Register:
                    changed.SetOpRegister(operand, Neighbour(original.GetOpRegister(operand)));
                    break;
                case OpKind.Memory:
                    changed.MemoryDisplacement64 += 4;
                    break;
                case OpKind.Immediate8to64 or OpKind.Immediate32to64:
                    changed.SetImmediate(operand, (long)original.GetImmediate(operand) * 2);
                    break;
                case OpKind.Immediate8:
                    changed.Immediate8 ^= 1;
                    break;
                default:
                    continue;
            }

            yield return ($"operand {operand} as in {changed}", changed);
        }

        if (original.MemoryIndex != Register.None)
        {
            var changed = original;
            changed.MemoryIndexScale = original.MemoryIndexScale == 1 ? 2 : 1;
            yield return ($"scale as in {changed}", changed);
        }
    }

    private static Register Neighbour(Register register)
    {
        int number = register.GetNumber();
        return register - number + (number ^ 1);
    }
}
