using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>Tiles with their epilogue: as <see cref="InterpretedTileTests"/>, on every machine.</summary>
[Trait("Instruction set", "own")]
public sealed class FinishedTileTests
{
    /// <summary>What one case does not notice, such as the last bit of a quotient, another does.</summary>
    private const int Variants = 28;

    /// <summary>Kernels and forms of epilogue.</summary>
    public static TheoryData<string, int> Codes =>
    [
        .. from row in KernelTable.Rows.OfType<TileKernel>()
           from form in MachineRows.Forms
           where MachineRows.Finished(row.Identity, form).Length > 0
           select (row.Identity, (int)form),
    ];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Results_are_those_of_the_definitions(string identity, int form)
    {
        var native = Rows.Tile(identity);
        var interpreted = MachineRows.Interpreted(identity);
        int step = MachineRows.Step(native);
        foreach (var (rows, columns, tiles) in from rows in Enumerable.Range(TileCall.LeastFinishedRows, native.Rows - 2)
                                               from columns in Columns(native)
                                               from tiles in new[] { 1, 3 }
                                               select (rows, columns, tiles))
        {
            int length = ((rows * columns) % 11) + 1;
            foreach (var depth in TileCase.Depths(length, (length + step - 1) / step * step, step))
            {
                int variant = rows + columns + depth.Outer;
                using var tile = new FinishedTileCase(native, (EpilogueForm)form, rows, tiles, columns, depth, variant);
                Assert.Null(Say(tile.Difference(interpreted)));
                Assert.Null(Say(native.IsAvailable ? tile.Difference(native) : null));
                string? Say(string? difference) =>
                    difference is null ? null : $"{tiles} of {rows} rows, {columns} columns, {depth}, variant {variant}: {difference}";
            }
        }
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_changed_instruction_is_noticed(string identity, int form)
    {
        var native = Rows.Tile(identity);
        var interpreted = MachineRows.Interpreted(identity);
        int step = MachineRows.Step(native);
        var unnoticed = new List<string>();
        foreach (var (rows, vectors, offset) in MachineRows.FinishedProcedures(identity, (EpilogueForm)form))
        {
            var code = InterpretedCall.Code(offset);
            FinishedTileCase[] cases = [.. Enumerable.Range(0, Variants).Select(variant => new FinishedTileCase(
                native, (EpilogueForm)form, rows, tiles: 2, Columns(native, vectors, variant),
                TileCase.Depths(2 * step, 2 * step, step).Last(), variant))];
            unnoticed.AddRange(Mutation.All(code)
                .Where(mutation => Array.TrueForAll(cases, c => c.Difference(interpreted, mutation) is null))
                .Select(mutation => $"{rows} rows, {vectors} registers: {code[mutation.Index]} {mutation.What}"));
            Array.ForEach(cases, c => c.Dispose());
        }

        Assert.True(unnoticed.Count == 0, string.Join('\n', unnoticed));
    }

    /// <summary>Every number of rows about the edges of blocks and tiles gives the bits of the kernel in C#.</summary>
    [Theory]
    [InlineData("gemm_u8_s8_i32_8x32_avx512vnni_code")]
    [InlineData("gemm_f32_f32_f32_8x32_avx512_code")]
    [InlineData("gemm_u7_s8_i32_6x16_avx2_code")]
    [InlineData("gemm_f32_f32_f32_6x16_avx2_code")]
    public void Whole_products_are_those_without(string identity)
    {
        var interpreted = MachineRows.Interpreted(identity);
        foreach (var (m, n) in from m in Enumerable.Range(3, 16).Concat([127, 128, 129, 136, 137, 138, 145, 264, 265])
                               from n in new[] { HasMasks(interpreted) ? 5 : 8, 40 }
                               select (m, n))
        {
            using var product = new FinishedProductCase(m, n, k: 6, hasByteSums: MachineRows.Step(interpreted) > 1, interpreted.Needs);
            Assert.Equal(product.Run(FloatOrByteKernel(identity)), product.Run(interpreted));

            // A single tile fetches every second line.
            Assert.True(m <= Tile.MaxRows || product.MissedLines(2 * interpreted.RegisterColumns) == 0);
        }
    }

    /// <summary>Numbers of them that its code with an epilogue takes.</summary>
    private static int[] Columns(TileKernel kernel) => HasMasks(kernel)
        ? [1, 7, 15, 16, 17, 24, 25, 31, 32]
        : [kernel.RegisterColumns, 2 * kernel.RegisterColumns];

    private static int Columns(TileKernel kernel, int vectors, int variant) =>
        vectors == TileCall.OneAndAHalf ? (3 * kernel.RegisterColumns / 2) - 1 - (variant % 3)
        : (vectors * kernel.RegisterColumns) - (HasMasks(kernel) ? 1 + (variant % 7) : 0);

    private static bool HasMasks(TileKernel kernel) => kernel.RegisterColumns == PanelLayout.Columns;

    /// <summary>Scalar C#, which has no epilogue of its own.</summary>
    private static TileKernel FloatOrByteKernel(string identity) => (MachineRows.Step(Rows.Tile(identity)) > 1
        ? ByteKernels.Family : FloatKernels.PanelF32).Rows.First(row => row.Set == InstructionSet.Scalar);
}
