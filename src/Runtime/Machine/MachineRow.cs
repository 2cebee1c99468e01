using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Machine;

/// <summary>Rows of the kernel table whose code is machine code.</summary>
internal static unsafe class MachineRow
{
    /// <param name="identity">Ends with <c>_code</c>.</param>
    /// <param name="set">What the processor must have, whether .NET knows it or not.</param>
    /// <param name="rows">Most rows of a call.</param>
    /// <param name="reason">See <see cref="KernelRow.Reason"/>.</param>
    /// <param name="dot">How bytes are multiplied.</param>
    /// <param name="needs">What must be known of bytes.</param>
    /// <param name="largeTiles">Transforms around it.</param>
    public static TileKernel Create<TKernel>(string identity, InstructionSet set, int rows, string reason, ByteDot dot = default,
            Exactness needs = default, LargeTileTransforms? largeTiles = null)
        where TKernel : struct, IMachineKernel =>
        new(identity, set, rows, PanelLayout.Columns / TKernel.RegistersOfPanel, &MachineTile<TKernel, NativeCall>.Sum, reason)
        {
            IsMachineCode = true, IsAvailable = MachineCode.IsMapped && CpuFeatures.Has(set), Roof = TKernel.Procedures[0],
            Dot = dot, Needs = needs, LargeTiles = largeTiles,
            Finished = TKernel.Finished.Length > 0 ? &MachineTile<TKernel, NativeCall>.Finish : null,
            // The compiler of .NET may know narrower registers only, and the sums pass through memory.
            HasWidestEpilogue = true,
        };
}
