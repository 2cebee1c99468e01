using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>An implementation of depthwise convolutions of bytes: the loop in C# with registers of a width, with machine code for what it can.</summary>
internal sealed unsafe class DepthwiseKernel(string identity, InstructionSet set, string reason) : KernelRow(identity, set, reason)
{
    /// <summary>
    /// Pixels begin … end - 1 of a rectangle, of at most <see cref="MachineChannels{TCall}.MostTaps"/> taps and one at least, into bytes;
    /// null where there is no such code.
    /// </summary>
    public delegate*<in ByteChannels, in MachineEpilogue, in ConvPixels, int, int, void> Code { get; init; }
}
