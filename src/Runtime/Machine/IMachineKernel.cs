using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>
/// A kernel in machine code: its procedures, and how its operands lie in memory. No member has a default: what calls it would not be
/// compiled ahead.
/// </summary>
internal interface IMachineKernel
{
    /// <summary>See <see cref="TileCall.Entries"/>.</summary>
    static abstract ReadOnlySpan<int> Procedures { get; }

    /// <summary>Procedures with an epilogue, a list for each form; empty where there are none, see <see cref="TileCall.ListLength"/>.</summary>
    static abstract ReadOnlySpan<int> Finished { get; }

    /// <summary>Registers of sums that a panel has: 1, 2 or 4.</summary>
    static abstract int RegistersOfPanel { get; }

    /// <summary>Bytes of an element of the left operand.</summary>
    static abstract int ElementBytes { get; }

    /// <summary>Elements of a run with those that fill up its last group.</summary>
    static abstract int PaddedDepth(int length);

    /// <summary>Rows k of weights that one group holds; runs that begin or end within one are left to <see cref="OddRuns"/>.</summary>
    static abstract int GroupRows { get; }

    /// <summary>Bytes that a row k takes in a panel, or from row to row of a plain matrix.</summary>
    static abstract nint WeightRowBytes(in Tile tile);
}
