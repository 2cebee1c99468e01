namespace MixPrec.Runtime.Tests.Machine.Interpreter;

/// <summary>What a call of machine code may touch, its argument included.</summary>
internal unsafe interface IMachineOperands
{
    /// <param name="memory">Gets them.</param>
    /// <param name="call">The argument.</param>
    void Allow(MemoryMap memory, void* call);
}
