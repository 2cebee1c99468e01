using System.Numerics;
using Iced.Intel;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>Depthwise convolutions in machine code: as <see cref="InterpretedTileTests"/>, on every machine.</summary>
[Trait("Instruction set", "own")]
public sealed unsafe class ChannelCodeTests
{
    private static readonly Shape[] Shapes =
    [
        new() { InH = 4, InW = 5, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new() { Batch = 2, InH = 6, InW = 5, KernelH = 2, KernelW = 3, PadLeft = 1, StrideW = 2, DilationH = 2 },
        new() { InH = 9, InW = 17, KernelH = 1, KernelW = 1 },
    ];

    private static readonly DepthwiseKernel<ByteChannels> Interpreted =
        new("interpreted", InstructionSet.Scalar, "for tests") { Code = &MachineChannels<InterpretedCall>.Run };

    /// <summary>Of one, two and four pixels at once.</summary>
    internal static int[] Offsets =>
        [MachineCode.Channels1U8S8Avx512Vnni[0], MachineCode.Channels2U8S8Avx512Vnni[0], MachineCode.Channels4U8S8Avx512Vnni[0]];

    [Fact]
    public void Codes_are_those_of_the_definitions()
    {
        foreach (var (like, channels, zeroPoint) in from shape in Shapes
                                                    from channels in new[] { 1, 15, 16, 17, 30, 50, 64, 67, 96, 130 }
                                                    from zeroPoint in new[] { 0, 77 }
                                                    select (shape, channels, zeroPoint))
        {
            var shape = like with { InC = channels, OutC = channels, Groups = channels };
            using var depthwise = new ByteDepthwiseCase(shape, zeroPoint, channels);
            Assert.Null(depthwise.Difference(Interpreted));
        }
    }

    /// <summary>The test above can fail: cases like its notice each change of a single instruction.</summary>
    [Theory]
    [InlineData(1, 64)]
    [InlineData(2, 32)]
    [InlineData(4, 16)]
    public void Every_changed_instruction_is_noticed(int pixelsAtOnce, int mostChannels)
    {
        var code = InterpretedCall.Code(Offsets[BitOperations.Log2((uint)pixelsAtOnce)]);
        ByteDepthwiseCase[] cases = [.. from variant in Enumerable.Range(0, 12)
                                    let channels = mostChannels - (variant % 5)
                                    let shape = Shapes[0] with { InC = channels, OutC = channels, Groups = channels }
                                    select new ByteDepthwiseCase(shape, 77, variant)];
        string[] unnoticed = [.. Mutation.All(code)
            .Where(mutation => Array.TrueForAll(cases, c => c.Difference(Interpreted, mutation) is null))
            .Select(mutation => $"{code[mutation.Index]} {mutation.What}")];
        Array.ForEach(cases, c => c.Dispose());
        Assert.True(unnoticed.Length == 0, string.Join('\n', unnoticed));
    }

    [Fact]
    public void Instructions_belong_to_the_set_that_is_asked_for()
    {
        CpuidFeature[] allowed = [CpuidFeature.INTEL8086, CpuidFeature.INTEL386, CpuidFeature.X64, CpuidFeature.AVX, CpuidFeature.AVX512F,
            CpuidFeature.AVX512BW, CpuidFeature.AVX512DQ, CpuidFeature.AVX512_VNNI];
        Assert.All(Offsets.SelectMany(InterpretedCall.Code).SelectMany(instruction => instruction.CpuidFeatures),
            feature => Assert.Contains(feature, allowed));
    }
}
