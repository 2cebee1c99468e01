using System.Collections.Concurrent;
using Iced.Intel;
using MixPrec.Runtime.Machine;

namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <summary>Carries procedures out in the <see cref="Processor"/>, with the operands of the case that this thread runs.</summary>
internal readonly unsafe struct InterpretedCall : IProcedureCall
{
    private static readonly ConcurrentDictionary<int, Instruction[]> Procedures = new();

    [ThreadStatic]
    private static IMachineOperands? operands;

    [ThreadStatic]
    private static Mutation? mutation;

    public static void Invoke(int offset, void* argument, bool isShort)
    {
        var memory = new MemoryMap();
        operands!.Allow(memory, argument);
        var code = Code(offset);
        new Processor(memory).Run(mutation is { } change ? change.Apply(code) : code, argument);
        memory.CheckFetches();
    }

    public static Instruction[] Code(int offset) => Procedures.GetOrAdd(offset, o => Procedure.Decode(MachineCode.Bytes, o));

    /// <summary>What is called while <paramref name="run"/> runs may touch <paramref name="allowed"/> only.</summary>
    public static void Use(IMachineOperands allowed, Mutation? change, Action run)
    {
        (operands, mutation) = (allowed, change);
        try
        {
            run();
        }
        finally
        {
            (operands, mutation) = (null, null);
        }
    }
}
