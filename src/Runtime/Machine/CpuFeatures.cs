using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Machine;

/// <summary>What the processor can do and the operating system keeps, for machine code.</summary>
/// <remarks>
/// A just-in-time compiler answers for this processor, and <c>DOTNET_EnableAVX512=0</c> is heeded. In code that was compiled ahead of time
/// the answers are constants, for AVX-512 "no" unless the program requires it; there CPUID and XGETBV are asked.
/// </remarks>
internal static unsafe class CpuFeatures
{
    private static readonly Registers Basic = Leaf(1), Extended = Leaf(7), ExtendedMore = Leaf(7, 1);

    /// <summary>vpdpbusd on 512-bit registers, in a 64-bit process.</summary>
    public static bool HasAvx512Vnni { get; } = Has(InstructionSet.Avx512Vnni);

    /// <summary>vpdpbusd and vdpbf16ps on 512-bit registers, in a 64-bit process.</summary>
    public static bool HasAvx512BF16 { get; } = Has(InstructionSet.Avx512BF16);

    /// <summary>Whether machine code for <paramref name="set"/> can run.</summary>
    public static bool Has(InstructionSet set)
    {
        if (!Environment.Is64BitProcess || !X86Base.IsSupported)
        {
            return false;
        }

        return set switch
        {
            InstructionSet.Avx2 => IsKnown ? Avx2.IsSupported && Fma.IsSupported : FoundAvx2,
            InstructionSet.AvxVnni => IsKnown ? AvxVnni.IsSupported && Fma.IsSupported : FoundAvxVnni,
            InstructionSet.Avx512 => IsKnown
                ? Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported
                : FoundAvx512,
            // .NET has no classes for them.
            InstructionSet.Avx512Vnni => Has(InstructionSet.Avx512) && Extended.C(11),
            InstructionSet.Avx512BF16 => Has(InstructionSet.Avx512Vnni) && ExtendedMore.A(5),
            _ => false,
        };
    }

    /// <summary>AVX2 (leaf 7, EBX 5), FMA (leaf 1, ECX 12), with registers of 256 bits.</summary>
    internal static bool FoundAvx2 => Keeps(0b110) && Extended.B(5) && Basic.C(12);

    /// <summary>AVX-VNNI (leaf 7.1, EAX 4).</summary>
    internal static bool FoundAvxVnni => FoundAvx2 && ExtendedMore.A(4);

    /// <summary>AVX-512 F, DQ, BW, VL (leaf 7, EBX 16, 17, 30, 31), with registers of 512 bits and masks.</summary>
    internal static bool FoundAvx512 => Keeps(0b1110_0110) && Extended.B(16) && Extended.B(17) && Extended.B(30) && Extended.B(31);

    private static bool IsKnown => RuntimeFeature.IsDynamicCodeCompiled;

    /// <summary>Whether the operating system keeps the register state of <paramref name="bits"/> (XCR0); needs OSXSAVE.</summary>
    private static bool Keeps(long bits)
    {
        if (!MachineCode.IsMapped || !Basic.C(27))
        {
            return false;
        }

        TileCall call = default;
        NativeCall.Invoke(MachineCode.State[0], &call, isShort: true);
        return (call.RunBytes & bits) == bits;
    }

    private static Registers Leaf(int leaf, int part = 0)
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < leaf || (part > 0 && X86Base.CpuId(leaf, 0).Eax < part))
        {
            return default;
        }

        var (a, b, c, _) = X86Base.CpuId(leaf, part);
        return new(a, b, c);
    }

    private readonly record struct Registers(int Eax, int Ebx, int Ecx)
    {
        public bool A(int bit) => ((Eax >> bit) & 1) != 0;

        public bool B(int bit) => ((Ebx >> bit) & 1) != 0;

        public bool C(int bit) => ((Ecx >> bit) & 1) != 0;
    }
}
