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
    /// <summary>The rows of the table that have such code.</summary>
    internal static IEnumerable<string> Identities =>
        VectorKernels.Depthwise.Rows.Where(row => row.IsMachineCode).Select(row => row.Identity);

    /// <summary>Each of them with floats and with bytes.</summary>
    public static TheoryData<string, bool> All => new(
        from identity in Identities
        from toBytes in new[] { false, true }
        select (identity, toBytes));

    [Theory]
    [MemberData(nameof(All))]
    public void Results_are_those_of_the_definitions(string identity, bool toBytes)
    {
        var kernel = Interpreted(identity).Kernel;
        foreach (var (width, channels) in from width in Enumerable.Range(1, 9)
                                          from channels in new[] { 1, 7, 8, 9, 15, 16, 17, 33, 50, 64, 67, 130 }
                                          select (width, channels))
        {
            using var depthwise = new FloatDepthwiseCase(Padded(2, width, channels), variant: channels + width);
            Assert.Null(depthwise.Difference(kernel, toBytes));
        }

        foreach (var (width, stride, channels) in from width in Enumerable.Range(10, 30)
                                                  from stride in new[] { 1, 2, 3 }
                                                  from channels in new[] { 8, 33 }
                                                  select (width, stride, channels))
        {
            using var row = new FloatDepthwiseCase(
                Padded(3, width, channels) with { StrideW = stride, StrideH = stride }, variant: channels + width);
            Assert.Null(row.Difference(kernel, toBytes));
        }

        using var large = new FloatDepthwiseCase(
            new Shape { InH = 12, InW = 12, InC = 20, OutC = 20, Groups = 20, KernelH = 2, KernelW = 1, DilationH = 2, PadTop = 3 }, 0);
        Assert.Null(large.Difference(kernel, toBytes));
    }

    /// <summary>The test above can fail: cases like its notice each change of a single instruction.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Every_changed_instruction_is_noticed(string identity, bool toBytes)
    {
        var interpreted = Interpreted(identity);
        var unnoticed = new List<string>();
        foreach (var (pixels, vectors, offset) in interpreted.Tiles(toBytes))
        {
            var code = InterpretedCall.Code(offset);
            FloatDepthwiseCase[] cases = [.. from variant in Enumerable.Range(0, 24)
                                             let channels = (interpreted.Width * vectors) - (interpreted.HasMasks ? 1 + (variant % 5) : 0)
                                             select new FloatDepthwiseCase(TwoTiles(pixels, interpreted.MostPixels, channels), variant)];
            unnoticed.AddRange(Mutation.All(code)
                .Where(mutation => Array.TrueForAll(cases, c => c.Difference(interpreted.Kernel, toBytes, mutation) is null))
                .Select(mutation => $"{pixels} pixels, {vectors} registers: {code[mutation.Index]} {mutation.What}"));
            Array.ForEach(cases, c => c.Dispose());
        }

        Assert.True(unnoticed.Count == 0, string.Join('\n', unnoticed));
    }

    /// <summary>The same of pixels beside each other.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Every_changed_instruction_of_rows_is_noticed(string identity, bool toBytes)
    {
        var interpreted = Interpreted(identity);
        var unnoticed = new List<string>();
        foreach (var (pixels, stride, offset) in interpreted.RowTiles(toBytes))
        {
            var code = InterpretedCall.Code(offset);
            FloatDepthwiseCase[] cases = [.. from variant in Enumerable.Range(0, 24)
                                             let channels = (2 * interpreted.Width) + (variant % 5)
                                             select new FloatDepthwiseCase(TwoRows(pixels, stride, channels), variant)];
            unnoticed.AddRange(Mutation.All(code)
                .Where(mutation => Array.TrueForAll(cases, c => c.Difference(interpreted.Kernel, toBytes, mutation) is null))
                .Select(mutation => $"{pixels} pixels, stride {stride}: {code[mutation.Index]} {mutation.What}"));
            Array.ForEach(cases, c => c.Dispose());
        }

        Assert.True(unnoticed.Count == 0, string.Join('\n', unnoticed));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Instructions_belong_to_the_set_that_is_asked_for(string identity, bool toBytes)
    {
        CpuidFeature[] allowed =
            [CpuidFeature.INTEL8086, CpuidFeature.INTEL386, CpuidFeature.X64, CpuidFeature.AVX,
                .. Interpreted(identity).HasMasks ? [CpuidFeature.AVX512F] : new[] { CpuidFeature.AVX2, CpuidFeature.FMA }];
        Assert.All(
            Interpreted(identity).AllTiles(toBytes).SelectMany(p => InterpretedCall.Code(p.Offset)).SelectMany(i => i.CpuidFeatures),
            feature => Assert.Contains(feature, allowed));
    }

    /// <summary>Where each procedure of a row begins.</summary>
    internal static IEnumerable<int> Offsets(string identity) =>
        Interpreted(identity).AllTiles(toBytes: false).Concat(Interpreted(identity).AllTiles(toBytes: true)).Select(tile => tile.Offset);

    private static LaneRow Interpreted(string identity) => identity switch
    {
        "dwconv_f32_f32_f32_4x64_avx512_code" => Interpreted<LanesAvx512>(identity),
        "dwconv_f32_f32_f32_6x16_avx2_code" => Interpreted<LanesAvx2>(identity),
        _ => throw new ArgumentException($"{identity} has no code for the interpreter: add it here."),
    };

    private static LaneRow Interpreted<TLanes>(string identity)
        where TLanes : struct, ILanes => new(
        new(identity, InstructionSet.Scalar, "for tests")
        {
            Code = &MachineLanes<TLanes, InterpretedCall>.Run, LeastChannels = Rows.FloatDepthwiseOf(identity).LeastChannels,
        },
        TLanes.Procedures.ToArray(), TLanes.RowProcedures.ToArray(), TLanes.MostPixels, TLanes.Width, TLanes.HasMasks);

    /// <summary>Nine taps, fewer at the edges.</summary>
    private static Shape Padded(int height, int width, int channels) => new()
    {
        InH = height, InW = width, InC = channels, OutC = channels, Groups = channels, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1,
        PadBottom = 1, PadRight = 1,
    };

    /// <summary>
    /// Rectangles whose pixels are cut into two tiles. Of few pixels there is only one tile; a second rectangle lies below.
    /// </summary>
    private static Shape TwoTiles(int pixels, int mostPixels, int channels)
    {
        bool isOne = 2 * pixels <= mostPixels;
        return new()
        {
            Batch = isOne ? 1 : 2, InH = 2, InW = pixels, InC = channels, OutC = channels, Groups = channels, KernelH = 2,
            PadTop = isOne ? 1 : 0,
        };
    }

    /// <summary>Two rows of taps, the upper one in the padding at first; rows of one tile or of two.</summary>
    private static Shape TwoRows(int pixels, int stride, int channels)
    {
        int width = pixels * (2 * pixels <= TileCall.RowPixels ? 1 : 2);
        return new()
        {
            InH = 2, InW = ((width - 1) * stride) + 3, InC = channels, OutC = channels, Groups = channels, KernelH = 2, KernelW = 3,
            StrideW = stride, PadTop = 1,
        };
    }

    /// <summary>A row of the table with an interpreter where the processor was, and what is known of its code.</summary>
    private sealed record LaneRow(
        DepthwiseKernel<FloatChannels> Kernel, int[] Procedures, int[] RowProcedures, int MostPixels, int Width, bool HasMasks)
    {
        /// <summary>Pixels, registers of channels and place of each procedure.</summary>
        public IEnumerable<(int Pixels, int Vectors, int Offset)> Tiles(bool toBytes) => In(Procedures, MostPixels, toBytes);

        /// <summary>Pixels, stride and place of those for pixels beside each other.</summary>
        public IEnumerable<(int Pixels, int Stride, int Offset)> RowTiles(bool toBytes) =>
            In(RowProcedures, TileCall.RowPixels, toBytes);

        public IEnumerable<(int Pixels, int Other, int Offset)> AllTiles(bool toBytes) => Tiles(toBytes).Concat(RowTiles(toBytes));

        private static IEnumerable<(int Pixels, int Other, int Offset)> In(int[] procedures, int mostPixels, bool toBytes)
        {
            int first = (int)(toBytes ? EpilogueForm.Bytes : EpilogueForm.Floats) * TileCall.ListLength;
            return from pixels in Enumerable.Range(1, mostPixels)
                   from other in Enumerable.Range(1, procedures[first + TileCall.Index(pixels)])
                   select (pixels, other, procedures[first + TileCall.Index(pixels) + other]);
        }
    }
}
