using Iced.Intel;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>Depthwise convolutions of floats in machine code: as <see cref="InterpretedTileTests"/>, on every machine.</summary>
[Trait("Instruction set", "own")]
public sealed unsafe class LaneCodeTests
{
    private static readonly DepthwiseKernel<FloatChannels> Interpreted =
        new("interpreted", InstructionSet.Scalar, "for tests") { Code = &MachineLanes<InterpretedCall>.Run };

    /// <summary>Rows and registers of each procedure.</summary>
    private static IEnumerable<(int Pixels, int Vectors)> Sizes =>
        from pixels in Enumerable.Range(1, TileCall.MaxPixels)
        from vectors in Enumerable.Range(1, TileCall.MaxPixels)
        select (pixels, vectors);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Results_are_those_of_the_definitions(bool toBytes)
    {
        foreach (var (width, channels) in from width in Enumerable.Range(1, 9)
                                          from channels in new[] { 1, 15, 16, 17, 33, 50, 64, 67, 130 }
                                          select (width, channels))
        {
            using var depthwise = new FloatDepthwiseCase(Padded(2, width, channels), variant: channels + width);
            Assert.Null(depthwise.Difference(Interpreted, toBytes));
        }

        using var large = new FloatDepthwiseCase(
            new Shape { InH = 12, InW = 12, InC = 20, OutC = 20, Groups = 20, KernelH = 2, KernelW = 1, DilationH = 2, PadTop = 3 }, 0);
        Assert.Null(large.Difference(Interpreted, toBytes));
    }

    /// <summary>The test above can fail: cases like its notice each change of a single instruction.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_changed_instruction_is_noticed(bool toBytes)
    {
        var unnoticed = new List<string>();
        foreach (var (pixels, vectors) in Sizes)
        {
            var code = InterpretedCall.Code(Procedures(toBytes)[TileCall.Index(pixels) + vectors]);
            FloatDepthwiseCase[] cases = [.. from variant in Enumerable.Range(0, 12)
                                             let channels = (16 * vectors) - 1 - (variant % 5)
                                             select new FloatDepthwiseCase(TwoTiles(pixels, channels), variant)];
            unnoticed.AddRange(Mutation.All(code)
                .Where(mutation => Array.TrueForAll(cases, c => c.Difference(Interpreted, toBytes, mutation) is null))
                .Select(mutation => $"{pixels} pixels, {vectors} registers: {code[mutation.Index]} {mutation.What}"));
            Array.ForEach(cases, c => c.Dispose());
        }

        Assert.True(unnoticed.Count == 0, string.Join('\n', unnoticed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Instructions_belong_to_the_set_that_is_asked_for(bool toBytes)
    {
        CpuidFeature[] allowed =
            [CpuidFeature.INTEL8086, CpuidFeature.INTEL386, CpuidFeature.X64, CpuidFeature.AVX, CpuidFeature.AVX512F];
        Assert.All(Offsets(toBytes).SelectMany(InterpretedCall.Code).SelectMany(instruction => instruction.CpuidFeatures),
            feature => Assert.Contains(feature, allowed));
    }

    internal static IEnumerable<int> Offsets(bool toBytes)
    {
        int[] list = Procedures(toBytes).ToArray();
        return Sizes.Select(size => list[TileCall.Index(size.Pixels) + size.Vectors]);
    }

    private static ReadOnlySpan<int> Procedures(bool toBytes) =>
        toBytes ? MachineCode.LanesF32Avx512Bytes : MachineCode.LanesF32Avx512Floats;

    /// <summary>Nine taps, fewer at the edges.</summary>
    private static Shape Padded(int height, int width, int channels) => new()
    {
        InH = height, InW = width, InC = channels, OutC = channels, Groups = channels, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1,
        PadBottom = 1, PadRight = 1,
    };

    /// <summary>
    /// Rectangles whose pixels are cut into two tiles. Of one or two pixels there is only one tile; a second rectangle lies below.
    /// </summary>
    private static Shape TwoTiles(int pixels, int channels) => new()
    {
        Batch = pixels < 3 ? 1 : 2, InH = 2, InW = pixels, InC = channels, OutC = channels, Groups = channels, KernelH = 2,
        PadTop = pixels < 3 ? 1 : 0,
    };
}
