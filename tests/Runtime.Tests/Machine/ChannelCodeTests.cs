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
        new() { InH = 3, InW = 9, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
    ];

    private const string Fours = "dwconv_u8_s8_i32_1x64_avx512vnni_code", Pairs = "dwconv_u8_s8_i32_4x16_avx2_code";

    /// <summary>The rows of the table that have such code.</summary>
    public static TheoryData<string> All =>
        [.. VectorKernels.ByteDepthwise.Rows.Where(row => row.IsMachineCode).Select(row => row.Identity)];

    /// <summary>Of one, two and four pixels at once.</summary>
    internal static int[] Offsets(string identity) => identity switch
    {
        Fours => [.. from pixels in ChannelCall.PixelsAtOnce.ToArray() select ChannelsAvx512Vnni.Code(pixels)],
        Pairs => [ChannelsAvx2.Code(ChannelCall.MostAtOnce)],
        _ => throw Missing(identity),
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Codes_are_those_of_the_definitions(string identity)
    {
        foreach (var (like, channels, zeroPoint, untouched) in
            from shape in Shapes
            from channels in new[] { 1, 15, 16, 17, 30, 32, 50, 64, 67, 96, 130 }
            from zeroPoint in new[] { 0, 77 }
            from untouched in channels is 16 or 32 ? new[] { 0, 3 } : [3]
            select (shape, channels, zeroPoint, untouched))
        {
            var shape = like with { InC = channels, OutC = channels, Groups = channels };
            using var depthwise = new ByteDepthwiseCase(shape, zeroPoint, channels, untouched) { HasPairs = identity == Pairs };
            Assert.Null(depthwise.Difference(Interpreted(identity)));
        }
    }

    /// <summary>The test above can fail: cases like its notice each change of a single instruction.</summary>
    [Theory]
    [InlineData(Fours, 0, 64)]
    [InlineData(Fours, 1, 32)]
    [InlineData(Fours, 2, 16)]
    [InlineData(Pairs, 0, 20)]
    public void Every_changed_instruction_is_noticed(string identity, int procedure, int mostChannels)
    {
        var code = InterpretedCall.Code(Offsets(identity)[procedure]);
        var kernel = Interpreted(identity);
        ByteDepthwiseCase[] cases = [.. from variant in Enumerable.Range(0, 12)
                                    let channels = mostChannels - (variant % 5)
                                    let shape = Shapes[0] with { InC = channels, OutC = channels, Groups = channels }
                                    select new ByteDepthwiseCase(shape, 77, variant) { HasPairs = identity == Pairs }];
        string[] unnoticed = [.. Mutation.All(code)
            .Where(mutation => Array.TrueForAll(cases, c => c.Difference(kernel, mutation) is null))
            .Select(mutation => $"{code[mutation.Index]} {mutation.What}")];
        Array.ForEach(cases, c => c.Dispose());
        Assert.True(unnoticed.Length == 0, string.Join('\n', unnoticed));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Instructions_belong_to_the_set_that_is_asked_for(string identity)
    {
        CpuidFeature[] allowed = [CpuidFeature.INTEL8086, CpuidFeature.INTEL386, CpuidFeature.X64, CpuidFeature.AVX,
            .. identity == Pairs ? [CpuidFeature.AVX2, CpuidFeature.FMA] : new[]
            {
                CpuidFeature.AVX512F, CpuidFeature.AVX512BW, CpuidFeature.AVX512DQ, CpuidFeature.AVX512_VNNI,
            }];
        Assert.All(Offsets(identity).SelectMany(InterpretedCall.Code).SelectMany(instruction => instruction.CpuidFeatures),
            feature => Assert.Contains(feature, allowed));
    }

    private static DepthwiseKernel<ByteChannels> Interpreted(string identity) =>
        new(identity, InstructionSet.Scalar, "for tests")
        {
            LeastChannels = Rows.ByteDepthwiseOf(identity).LeastChannels,
            Code = identity switch
            {
                Fours => &MachineChannels<ChannelsAvx512Vnni, InterpretedCall>.Run,
                Pairs => &MachineChannels<ChannelsAvx2, InterpretedCall>.Run,
                _ => throw Missing(identity),
            },
        };

    private static ArgumentException Missing(string identity) => new($"{identity} has no code for the interpreter: add it here.");
}
