namespace MixPrec.Runtime.Machine;

/// <summary>What carries a procedure out: the processor, or in the tests an interpreter, so that all else is the same code.</summary>
internal unsafe interface IProcedureCall
{
    /// <param name="offset">Where the procedure begins in <see cref="MachineCode.Bytes"/>.</param>
    /// <param name="argument">Such as a <see cref="TileCall"/>.</param>
    /// <param name="isShort">Whether a garbage collection may wait until it returns.</param>
    static abstract void Invoke(int offset, void* argument, bool isShort);
}
