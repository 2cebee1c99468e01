using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// An implementation of depthwise convolutions: the loop in C# with registers of a width, and machine code for what it can.
/// </summary>
/// <typeparam name="TChannels">What pixels are multiplied with.</typeparam>
internal sealed unsafe class DepthwiseKernel<TChannels>(string identity, InstructionSet set, string reason)
    : KernelRow(identity, set, reason)
    where TChannels : struct
{
    /// <summary>Most taps of <see cref="Code"/>.</summary>
    public const int MostTaps = 64;

    /// <summary>
    /// Pixels begin … end - 1 of a rectangle, of at least one tap and at most <see cref="MostTaps"/>, with an epilogue that there is code
    /// for; null where there is no such code.
    /// </summary>
    public delegate*<in TChannels, in MachineEpilogue, in ConvPixels, int, int, void> Code { get; init; }

    /// <summary>Channels from which on it is called.</summary>
    public int LeastChannels { get; init; } = 1;
}
