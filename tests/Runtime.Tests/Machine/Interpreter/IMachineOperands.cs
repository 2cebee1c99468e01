using MixPrec.Runtime.Machine;

namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <summary>What a call of machine code may touch beside its argument.</summary>
internal unsafe interface IMachineOperands
{
    /// <summary>Rows of the left operand.</summary>
    int Rows { get; }

    /// <param name="memory">Gets them.</param>
    /// <param name="call">The argument.</param>
    void Allow(MemoryMap memory, TileCall* call);
}
