using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>What the compiler asks about the kernels that this process computes with.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class KernelChoice
{
    /// <summary>Whether activations of 7 bits are multiplied by another kernel than those of 8; otherwise they gain nothing.</summary>
    public static bool HasSevenBitSums => ChosenByteTiles.For(Exactness.SevenBit).Needs == Exactness.SevenBit;

    /// <summary>Whether sums of 16 bits over proven blocks have a kernel; otherwise exact sums of 32 bits take their place.</summary>
    public static bool HasBlockSums => ChosenByteTiles.For(Exactness.Blocks(2)).Needs.Groups > 1;

    /// <summary>Whether pairs of bfloat16 are multiplied by one instruction; otherwise they take longer than floats.</summary>
    public static bool HasPairProducts => ChosenPairTile.Preferred.IsMachineCode;

    /// <summary>
    /// Reads <c>MIXPREC_ISA</c> and <c>MIXPREC_KERNEL</c> before a kernel does, whose static constructor would wrap the message.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">One of them names what does not exist or what this machine cannot run.</exception>
    public static void Require()
    {
        _ = InstructionSets.Parse(Environment.GetEnvironmentVariable("MIXPREC_ISA"));
        _ = KernelTable.Named(Environment.GetEnvironmentVariable("MIXPREC_KERNEL"));
    }
}
