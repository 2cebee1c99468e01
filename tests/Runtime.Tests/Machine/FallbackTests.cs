using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Tests.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>Without machine code, or without the instructions, other rows of the same families give the same bits.</summary>
[Trait("Instruction set", "own")]
public sealed class FallbackTests
{
    private static readonly KernelFamily[] Families =
        [ByteKernels.Family, FloatKernels.PanelF32, FloatKernels.RowMajorF32, VectorKernels.Depthwise,
            VectorKernels.ByteDepthwise];

    public static TheoryData<string> MachineCodes => [.. KernelTable.Rows.Where(row => row.IsMachineCode).Select(row => row.Identity)];

    [Fact]
    public void Switched_off_the_kernels_of_CSharp_give_the_same_bits() =>
        Pass(Kernels(row => !row.IsMachineCode && row.IsAllowed), [], MachineCode.Switch);

    [Fact]
    public void Without_AVX512_the_kernels_of_256_bits_give_the_same_bits() =>
        Pass(Kernels(row => row.Width < VectorWidth.Bits512 && row.IsAllowed), [("DOTNET_EnableAVX512", "0")]);

    [Fact]
    public void Without_AVX2_the_kernels_of_128_bits_give_the_same_bits() =>
        Pass(Kernels(row => row.Width < VectorWidth.Bits256 && row.IsAllowed), [("DOTNET_EnableAVX2", "0")]);

    [Fact]
    public void Without_intrinsics_the_scalar_kernels_give_the_same_bits() =>
        Pass(Kernels(row => row.Set == InstructionSet.Scalar), [("DOTNET_EnableHWIntrinsic", "0")]);

    [Fact]
    public void A_narrower_set_that_is_forced_gives_the_same_bits() =>
        Pass(Kernels(row => row.Set == InstructionSet.Scalar), [("MIXPREC_ISA", "scalar")]);

    [Theory]
    [MemberData(nameof(MachineCodes))]
    public void Each_kernel_that_is_forced_gives_the_same_bits(string identity)
    {
        if (KernelTable.Rows.Single(row => row.Identity == identity).IsAvailable)
        {
            Pass(Kernels(row => row.IsAllowed, identity), [("MIXPREC_KERNEL", identity)]);
        }
        else
        {
            Refused(identity, []);
        }
    }

    /// <summary>It says so; it does not compute with another one.</summary>
    [Fact]
    public void Machine_code_that_is_forced_and_switched_off_is_an_error() =>
        Refused("gemm_f32_f32_f32_8x32_avx512_code", [], MachineCode.Switch);

    /// <summary>Of each family the row that is forced, or else the first one that remains.</summary>
    private static IEnumerable<string> Kernels(Func<KernelRow, bool> remains, string? forced = null) =>
        Families.Select(family => Kernel(family, Exactness.Any, remains, forced))
            .Append(Kernel(ByteKernels.Family, Exactness.SevenBit, remains, forced));

    private static string Kernel(KernelFamily family, Exactness known, Func<KernelRow, bool> remains, string? forced) =>
        (family.Rows.FirstOrDefault(row => row.Identity == forced && known.Covers(row.Needs))
            ?? family.Rows.First(row => known.Covers(row.Needs) && remains(row))).Identity;

    private static void Refused(string identity, (string, string)[] variables, params string[] switchedOff) =>
        ChildRun.Pass<ChosenKernelProbe>(
            [.. variables, ("MIXPREC_KERNEL", identity), (ChosenKernelProbe.Refused, identity)], switchedOff);

    private static void Pass(IEnumerable<string> kernels, (string, string)[] variables, params string[] switchedOff) =>
        ChildRun.Pass<ChosenKernelProbe>(
            [.. variables, (ChosenKernelProbe.ExpectedKernels, string.Join(',', kernels)),
                (ChosenKernelProbe.ExpectedBits, ChosenKernelProbe.Bits())], switchedOff);
}
