using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Machine;

/// <summary>
/// What the processor can do beyond the instruction sets that .NET has classes for. That the operating system keeps the registers is known
/// from those sets: 512-bit registers belong to AVX-512 F, which .NET reports only where both do.
/// </summary>
internal static class CpuFeatures
{
    /// <summary>vpdpbusd on 512-bit registers (CPUID leaf 7, ECX bit 11), in a 64-bit process.</summary>
    public static bool HasAvx512Vnni { get; } = Environment.Is64BitProcess && Avx512F.IsSupported && MaxLeaf >= 7
        && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0;

    private static int MaxLeaf => X86Base.CpuId(0, 0).Eax;
}
