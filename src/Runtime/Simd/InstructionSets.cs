using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MixPrec.Runtime.Machine;

namespace MixPrec.Runtime.Simd;

/// <summary>
/// What this process may use. Environment variable <c>MIXPREC_ISA</c> (scalar, vector128, avx2, avxvnni, avx512, avx512vnni,
/// avx512bf16) forces one.
/// </summary>
public static class InstructionSets
{
    /// <summary>
    /// From the narrowest to the widest. A literal, because reflection over the enumeration and Linq cost 5 ms before the first kernel
    /// runs.
    /// </summary>
    private static readonly InstructionSet[] All =
        [InstructionSet.Scalar, InstructionSet.Vector128, InstructionSet.Avx2, InstructionSet.AvxVnni, InstructionSet.Avx512,
            InstructionSet.Avx512Vnni, InstructionSet.Avx512BF16];

    /// <summary>
    /// The set named by <c>MIXPREC_ISA</c>, null when the kernels choose. Read once, by the first kernel or whoever asks first.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">The variable names a set unknown or not on this machine (inside a
    /// <see cref="TypeInitializationException"/>).</exception>
    public static InstructionSet? Forced => Choice.Forced;

    /// <summary>The set for code over <see cref="IVectorF32{V}"/>: the widest registers.</summary>
    /// <remarks>Measured on Zen 5 (family 26): an 8×32 fp32 tile of 512-bit registers does twice the work of a 6×16 one of 256-bit
    /// registers.</remarks>
    public static InstructionSet Preferred => Choice.Preferred;

    /// <summary>The sets of this machine, from the narrowest to the widest.</summary>
    public static IReadOnlyList<InstructionSet> Available => Array.FindAll(All, IsAvailable);

    /// <summary>Whether this process can run code for <paramref name="set"/>.</summary>
    public static bool IsAvailable(InstructionSet set) => set switch
    {
        InstructionSet.Scalar => true,
        InstructionSet.Vector128 => Vector128.IsHardwareAccelerated,
        InstructionSet.Avx2 => Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported,
        InstructionSet.AvxVnni => Vector256.IsHardwareAccelerated && AvxVnni.IsSupported && Fma.IsSupported,
        InstructionSet.Avx512 => Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported,
        InstructionSet.Avx512Vnni => IsAvailable(InstructionSet.Avx512) && CpuFeatures.HasAvx512Vnni,
        InstructionSet.Avx512BF16 => IsAvailable(InstructionSet.Avx512) && CpuFeatures.HasAvx512BF16,
        _ => false,
    };

    /// <summary>
    /// Whether kernels of <paramref name="set"/> may be chosen: everything where no set is forced, else what the forced one includes.
    /// </summary>
    internal static bool IsAllowed(InstructionSet set) => Forced is not { } forced || set == forced
        || (set < forced && set != InstructionSet.AvxVnni);

    private static InstructionSet Widest()
    {
        int last = All.Length - 1;
        while (!IsAvailable(All[last]))
        {
            last--;
        }

        return All[last];
    }

    /// <summary>The set called <paramref name="name"/> in any case; null for none.</summary>
    /// <exception cref="PlatformNotSupportedException">It is unknown, or this machine does not have it.</exception>
    internal static InstructionSet? Parse(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        if (!Enum.TryParse<InstructionSet>(name, ignoreCase: true, out var set) || !Enum.IsDefined(set) || !char.IsAsciiLetter(name[0])
            || !IsAvailable(set))
        {
            var names = string.Join(", ", Available);
            throw new PlatformNotSupportedException($"MIXPREC_ISA={name}: this machine has {names.ToLowerInvariant()}.");
        }

        return set;
    }

    /// <summary>Apart from what the machine has, which can be asked for before anything is chosen.</summary>
    private static class Choice
    {
        public static readonly InstructionSet? Forced = Parse(Environment.GetEnvironmentVariable("MIXPREC_ISA"));
        public static readonly InstructionSet Preferred = Forced ?? Widest();
    }
}
