using System.Runtime.Intrinsics.X86;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>What CPUID and XGETBV say, which counts in ahead-of-time code, beside what .NET finds.</summary>
public sealed class CpuFeaturesTests
{
    [Fact]
    public void The_processor_is_read_as_dotnet_reads_it()
    {
        Assert.SkipUnless(MachineCode.IsMapped, "XGETBV is machine code.");
        Assert.SkipWhen(Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(
            name => name.StartsWith("DOTNET_Enable", StringComparison.OrdinalIgnoreCase)), "Sets are switched off in .NET only.");
        Assert.Equal(Avx2.IsSupported && Fma.IsSupported, CpuFeatures.FoundAvx2);
        Assert.Equal(AvxVnni.IsSupported, CpuFeatures.FoundAvxVnni);
        Assert.Equal(Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported,
            CpuFeatures.FoundAvx512);
    }

    /// <summary>Where code is compiled at run time, switching a set off in .NET is heeded.</summary>
    [Fact]
    public void Machine_code_asks_for_no_more_than_dotnet_has()
    {
        foreach (var set in new[] { InstructionSet.Avx2, InstructionSet.AvxVnni, InstructionSet.Avx512, InstructionSet.Avx512Vnni,
            InstructionSet.Avx512BF16 })
        {
            Assert.Equal(InstructionSets.IsAvailable(set), CpuFeatures.Has(set));
        }
    }
}
