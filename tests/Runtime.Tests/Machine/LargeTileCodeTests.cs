using Iced.Intel;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>The transforms of F(4×4, 3×3) in machine code: as <see cref="InterpretedTileTests"/>, on every machine.</summary>
[Trait("Instruction set", "own")]
public sealed class LargeTileCodeTests
{
    private const string Identity = "gemm_s16_s16_i32_8x32_avx512_code";

    private static readonly TileKernel s_native = Rows.Tile(Identity), s_interpreted = MachineRows.Interpreted(Identity);

    public static TheoryData<int> Forms =>
    [
        .. from form in MachineRows.Forms
           where form != EpilogueForm.Bytes && !form.HasFlag(EpilogueForm.Gelu)
           select (int)form,
    ];

    /// <summary>Where each procedure begins.</summary>
    internal static IEnumerable<int> Offsets =>
        [MachineCode.LargeTilePixelsAvx512[0], MachineCode.LargeTileFiltersAvx512[0], .. Forms.Select(row => Offset(row.Data))];

    [Theory]
    [InlineData(false, new[] { 32, 36, 60, 64, 68, 96, 128, 256 })]
    [InlineData(true, new[] { 4, 8, 16, 36, 124, 128, 132, 256 })]
    public void Points_are_those_of_the_matrices(bool areFilters, int[] channels)
    {
        foreach (int count in channels)
        {
            using var transform = new LargeTileTransformCase(areFilters, count);
            Assert.Null(transform.Difference(s_interpreted.LargeTiles!));
            Assert.Null(s_native.IsAvailable ? transform.Difference(s_native.LargeTiles!) : null);
        }
    }

    [Theory]
    [InlineData(false, 100)]
    [InlineData(true, 12)]
    public void Every_changed_instruction_of_a_transform_is_noticed(bool areFilters, int channels)
    {
        using var transform = new LargeTileTransformCase(areFilters, channels);
        AssertNoticed(areFilters ? MachineCode.LargeTileFiltersAvx512[0] : MachineCode.LargeTilePixelsAvx512[0],
            mutation => transform.Difference(s_interpreted.LargeTiles!, mutation) is not null);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Results_are_those_of_the_convolution(int form)
    {
        foreach (var (tiles, high, wide) in from tiles in new[] { 1, 3 }
                                            from high in Enumerable.Range(1, 4)
                                            from wide in Enumerable.Range(1, 4)
                                            select (tiles, high, wide))
        {
            using var results = Case((EpilogueForm)form, tiles, high, wide, columns: 17 - (4 * high) + (wide % 2), high + wide);
            Assert.Null(results.Difference(s_interpreted));
            Assert.Null(s_native.IsAvailable ? results.Difference(s_native) : null);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_changed_instruction_of_results_is_noticed(int form)
    {
        FinishedTileCase[] cases = [.. from variant in Enumerable.Range(0, 28)
                                    let size = variant < 4 ? 15 : variant % 16
                                    select Case((EpilogueForm)form, 2, 1 + (size % 4), 1 + (size / 4), 15 - (variant % 7), variant)];
        AssertNoticed(Offset(form), mutation => Array.Exists(cases, c => c.Difference(s_interpreted, mutation) is not null));
        Array.ForEach(cases, c => c.Dispose());
    }

    [Fact]
    public void Instructions_belong_to_the_set_that_is_asked_for()
    {
        CpuidFeature[] allowed =
        [
            CpuidFeature.INTEL8086, CpuidFeature.INTEL386, CpuidFeature.X64, CpuidFeature.AVX, CpuidFeature.AVX512F, CpuidFeature.AVX512BW,
        ];
        Assert.All(Offsets.SelectMany(InterpretedCall.Code).SelectMany(i => i.CpuidFeatures),
            feature => Assert.Contains(feature, allowed));
    }

    private static FinishedTileCase Case(EpilogueForm form, int tiles, int high, int wide, int columns, int variant) =>
        new(s_native, hasByteSums: true, form, columns, variant,
            unit => new LargeTileSums(tiles, high, wide, (16 * high) + (4 * wide) + variant, areSmall: unit != 0));

    private static int Offset(int form) => MachineCode.LargeTileOutputsAvx512[form * TileCall.ListLength];

    private static void AssertNoticed(int offset, Func<Mutation, bool> isNoticed)
    {
        var code = InterpretedCall.Code(offset);
        string[] unnoticed = [.. Mutation.All(code).Where(mutation => !isNoticed(mutation))
            .Select(mutation => $"{code[mutation.Index]} {mutation.What}")];
        Assert.True(unnoticed.Length == 0, string.Join('\n', unnoticed));
    }
}
