using System.Runtime.InteropServices;
using Iced.Intel;

namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <summary>
/// Executes decoded instructions one by one, bit for bit: those that the assembler emits and no others. It holds the code to what both
/// calling conventions of x64 ask: the argument comes in rcx, everything that either of them preserves comes back as it was, nothing lies
/// below the stack pointer, and the upper halves of the registers are clean when it returns.
/// </summary>
internal sealed unsafe partial class Processor
{
    /// <summary>More steps than any tile of the tests takes: an endless loop ends here.</summary>
    private const int MostSteps = 200_000;

    private const int StackBytes = 1024, ReturnAddress = 0x5eed;

    private static readonly Register[] Preserved =
        [Register.RBX, Register.RBP, Register.RSI, Register.RDI, Register.R12, Register.R13, Register.R14, Register.R15];

    /// <summary>One a thread: pinned memory is dear.</summary>
    [ThreadStatic]
    private static ulong[]? s_stack;

    private readonly ulong[] general = new ulong[16];
    private readonly byte[] vectors = new byte[32 * VectorBytes];
    private readonly ulong[] masks = new ulong[8];
    private readonly ulong[] stack = s_stack ??= GC.AllocateArray<ulong>(StackBytes / sizeof(ulong), pinned: true);
    private readonly MemoryMap memory;
    private bool zero, sign, overflow;

    /// <summary>Whether one of the registers 0–15 has been written beyond its lowest 128 bits since they were last cleared.</summary>
    private bool upperIsDirty;

    public Processor(MemoryMap memory)
    {
        this.memory = memory;

        // What an earlier run has left there could be the right value by chance.
        stack.AsSpan().Clear();
        fixed (ulong* bottom = stack)
        {
            memory.AllowWriting(bottom, StackBytes);
        }
    }

    /// <summary>Registers hold arbitrary values, only rcx is <paramref name="argument"/>.</summary>
    public void Run(ReadOnlySpan<Instruction> code, void* argument)
    {
        var random = new Random(code.Length);
        random.NextBytes(vectors);
        var lanes = MemoryMarshal.Cast<byte, uint>(vectors.AsSpan());
        for (int i = 0; i < lanes.Length; i++)
        {
            // As floats from 2 on, or from 1/8 to 1 in registers of odd numbers: no sum begins unnoticed with one, nor with two ored
            // exclusively.
            bool isOdd = i * sizeof(uint) / VectorBytes % 2 == 1;
            lanes[i] = (lanes[i] & 0x81FF_FFFF) | (isOdd ? 0x3E00_0000u : 0x4000_0000);
        }

        foreach (ref ulong register in general.AsSpan())
        {
            register = (ulong)random.NextInt64();
        }

        foreach (ref ulong mask in masks.AsSpan())
        {
            mask = (ulong)random.NextInt64();
        }

        // A call has pushed its return address on a stack of 16-byte alignment; above it is the caller's.
        fixed (ulong* bottom = stack)
        {
            this[Register.RSP] = ((ulong)bottom & ~15ul) + StackBytes - 16;
        }

        Push(ReturnAddress);
        this[Register.RCX] = (ulong)argument;
        var (before, vectorsBefore) = (general.ToArray(), vectors.ToArray());
        upperIsDirty = false;
        Steps(code);
        Check(before, vectorsBefore);
    }

    private ulong this[Register register]
    {
        get => register.GetSize() == 8 ? general[register.GetNumber()] : (uint)general[register.GetNumber()];
        set => general[register.GetNumber()] = register.GetSize() switch
        {
            8 => value,
            4 => (uint)value,
            _ => throw new MachineFaultException($"register {register}"),
        };
    }

    private void Steps(ReadOnlySpan<Instruction> code)
    {
        int next = 0;
        for (int step = 0; step < MostSteps; step++)
        {
            ref readonly var instruction = ref code[next];
            if (instruction.Mnemonic == Mnemonic.Ret)
            {
                if (Pop() != ReturnAddress)
                {
                    throw new MachineFaultException("returns to another address than its caller's");
                }

                return;
            }

            next = Jumps(instruction) ? Find(code, instruction.NearBranchTarget) : next + 1;
            if (instruction.FlowControl == FlowControl.Next)
            {
                Execute(instruction);
            }
        }

        throw new MachineFaultException("does not return");
    }

    private bool Jumps(in Instruction instruction) => instruction.FlowControl switch
    {
        FlowControl.Next => false,
        FlowControl.UnconditionalBranch when instruction.Mnemonic == Mnemonic.Jmp => true,
        FlowControl.ConditionalBranch => instruction.Mnemonic switch
        {
            Mnemonic.Jl => sign != overflow,
            Mnemonic.Jne => !zero,
            Mnemonic.Je => zero,
            _ => throw new MachineFaultException($"unknown branch {instruction}"),
        },
        _ => throw new MachineFaultException($"unknown branch {instruction}"),
    };

    private static int Find(ReadOnlySpan<Instruction> code, ulong target)
    {
        for (int i = 0; i < code.Length; i++)
        {
            if (code[i].IP == target)
            {
                return i;
            }
        }

        throw new MachineFaultException($"branches to {target:x}, which is no instruction of it");
    }

    private void Check(ulong[] before, byte[] vectorsBefore)
    {
        var lost = Preserved.Where(register => general[register.GetNumber()] != before[register.GetNumber()]).ToList();
        if (before[Register.RSP.GetNumber()] + sizeof(ulong) != this[Register.RSP])
        {
            lost.Add(Register.RSP);
        }

        // Windows preserves the lowest 128 bits of these.
        lost.AddRange(Enumerable.Range(6, 10)
            .Where(i => !vectors.AsSpan(i * VectorBytes, 16).SequenceEqual(vectorsBefore.AsSpan(i * VectorBytes, 16)))
            .Select(i => Register.XMM0 + i));
        if (lost.Count > 0)
        {
            throw new MachineFaultException($"does not preserve {string.Join(", ", lost)}");
        }

        if (upperIsDirty)
        {
            throw new MachineFaultException("returns without vzeroupper");
        }
    }

    private ulong Address(in Instruction instruction)
    {
        ulong address = instruction.MemoryDisplacement64;
        if (instruction.MemoryBase != Register.None)
        {
            address += this[instruction.MemoryBase];
        }

        return instruction.MemoryIndex == Register.None
            ? address
            : address + (this[instruction.MemoryIndex] * (ulong)instruction.MemoryIndexScale);
    }

    private ReadOnlySpan<byte> Read(ulong address, int bytes)
    {
        KeepAboveStackPointer(address);
        return memory.Read(address, bytes);
    }

    private Span<byte> Write(ulong address, int bytes)
    {
        KeepAboveStackPointer(address);
        return memory.Write(address, bytes);
    }

    /// <summary>Below the stack pointer Windows keeps nothing; above the return address all is the caller's.</summary>
    private void KeepAboveStackPointer(ulong address)
    {
        fixed (ulong* bottom = stack)
        {
            if (address >= (ulong)bottom && address < (ulong)bottom + StackBytes
                && (address < this[Register.RSP] || address >= ((ulong)bottom & ~15ul) + StackBytes - 16))
            {
                throw new MachineFaultException($"touches the stack at {address:x}, stack pointer {this[Register.RSP]:x}");
            }
        }
    }
}
