using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// One implementation of what its family computes. Dispatch, <c>MIXPREC_KERNEL</c>, tests, benchmarks and docs/kernels.md read the rows.
/// </summary>
/// <param name="identity">operation_lhs_rhs_accumulator_tile_instructions; a tile is rows × columns of sums in registers.</param>
/// <param name="set">What the machine must have.</param>
/// <param name="reason">What was measured, or why the row stands where it does; a row is chosen before those below it.</param>
internal class KernelRow(string identity, InstructionSet set, string reason)
{
    public string Identity => identity;

    public InstructionSet Set => set;

    public string Reason => reason;

    /// <summary>Registers of the sums.</summary>
    public VectorWidth Width { get; } = VectorWidths.WidthOf(set);

    /// <summary>Whether the epilogue takes the widest registers of the machine; otherwise it takes those of the sums.</summary>
    public bool HasWidestEpilogue { get; init; }

    /// <summary>Registers of what becomes of the sums: bias, activation, store.</summary>
    public VectorWidth Epilogue => HasWidestEpilogue ? VectorWidths.Widest : Width;

    /// <summary>Whether it is machine code of the assembler; what is below it gives the same bits.</summary>
    public bool IsMachineCode { get; init; }

    /// <summary>What must be known of the operands.</summary>
    public Exactness Needs { get; init; }

    /// <summary>Whether this machine can run it.</summary>
    public bool IsAvailable { get; init; } = InstructionSets.IsAvailable(set);

    /// <summary>Whether it may be chosen: available, and part of the set that is forced.</summary>
    public bool IsAllowed => IsAvailable && InstructionSets.IsAllowed(set);
}
