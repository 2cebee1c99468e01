using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using MixPrec.Tests;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>The rows say of a kernel what its code is, and dispatch takes the row that it should.</summary>
public sealed partial class KernelTableTests
{
    [Fact]
    public void Identities_say_family_tile_and_instructions()
    {
        foreach (var family in KernelTable.Families)
        {
            foreach (var row in family.Rows)
            {
                var parts = Identity().Match(row.Identity);
                Assert.True(parts.Success, row.Identity);
                Assert.StartsWith(family.Name[..family.Name.IndexOf('_')], row.Identity, StringComparison.Ordinal);
                Assert.Equal(row.IsMachineCode, parts.Groups["code"].Success);
                Assert.Contains(parts.Groups["set"].Value, row.IsAvailable ? Names(row) : [parts.Groups["set"].Value]);
            }
        }

        var all = KernelTable.Rows.Select(row => row.Identity).ToArray();
        Assert.Equal(all, all.Distinct());
    }

    [Fact]
    public void Tiles_are_what_their_code_computes()
    {
        foreach (var row in KernelTable.Rows.OfType<TileKernel>())
        {
            var parts = Identity().Match(row.Identity);
            int columns = int.Parse(parts.Groups["columns"].Value, CultureInfo.InvariantCulture);
            Assert.Equal(row.Rows, int.Parse(parts.Groups["rows"].Value, CultureInfo.InvariantCulture));
            Assert.Equal(2 * row.RegisterColumns, columns);
            Assert.InRange(row.Rows, 1, Tile.MaxRows);
            Assert.True(8 * row.RegisterColumns * 2 <= Tile.MaxSums && 32 * row.Rows <= Tile.MaxSums, row.Identity);
        }

        // A name's operands are what the row needs to know.
        foreach (var row in ByteKernels.Family.Rows)
        {
            string operands = row.Needs.Groups switch { 0 => "gemm_u8_s8_i32", 1 => "gemm_u7_s8_i32", _ => "gemm_u8_s8_i16" };
            Assert.StartsWith(operands + "_", row.Identity, StringComparison.Ordinal);
            Assert.Equal(row.Needs.Groups, row.Dot switch { ByteDot.Saturating => 1, ByteDot.Blocks => 2, _ => 0 });
        }
    }

    [Fact]
    public void Every_family_runs_everywhere_and_prefers_what_stands_first()
    {
        foreach (var family in new KernelFamily<TileKernel>[] { ByteKernels.Family, FloatKernels.PanelF32, FloatKernels.PanelBF16,
            FloatKernels.PanelF16, GroupKernels.S4, GroupKernels.E2M1, GroupKernels.E4M3, GroupKernels.E5M2, GroupKernels.U8S4,
            PairKernels.Family, FloatKernels.RowMajorF32 })
        {
            var last = family.Rows[^1];
            Assert.True(last is { Set: InstructionSet.Scalar, IsAvailable: true } && last.Needs == Exactness.Any, last.Identity);
            foreach (var known in new[] { Exactness.Any, Exactness.SevenBit, Exactness.Blocks(2), Exactness.Blocks(32) })
            {
                var allowed = family.Rows.Where(row => row.IsAllowed && row.Needs.Groups <= known.Groups);
                Assert.Same(allowed.First(), family.Choose(known, []));
            }
        }
    }

    [Fact]
    public void A_forced_kernel_takes_the_place_of_its_family_where_it_is_exact()
    {
        foreach (var row in ByteKernels.Family.Rows.Where(row => row.IsAvailable))
        {
            string[] forced = ["vector_f32_1_scalar", row.Identity];
            foreach (var known in new[] { Exactness.Any, Exactness.SevenBit, Exactness.Blocks(2) })
            {
                var expected = known.Covers(row.Needs) ? row : ByteKernels.Family.Choose(known, []);
                Assert.Same(expected, ByteKernels.Family.Choose(known, forced));
            }
        }
    }

    [Fact]
    public void Names_are_read_and_unknown_ones_answered_with_the_list()
    {
        Assert.Empty(KernelTable.Named(null));
        Assert.Empty(KernelTable.Named(" "));
        Assert.Equal(["vector_f32_1_scalar", "gemm_u8_s8_i32_6x2_scalar"],
            KernelTable.Named(" vector_f32_1_scalar, GEMM_u8_s8_i32_6x2_scalar,"));
        string refusal = Assert.Throws<PlatformNotSupportedException>(() => KernelTable.Named("gemm_f32_f32_f32_6x2_scalar,gemm")).Message;
        Assert.StartsWith("MIXPREC_KERNEL=gemm: there is no such kernel.", refusal, StringComparison.Ordinal);
        Assert.All(KernelTable.Rows, row =>
            Assert.Contains($"\n  {row.Identity}{(row.IsAvailable ? "" : " (not on this machine)")}", refusal, StringComparison.Ordinal));
        if (KernelTable.Rows.FirstOrDefault(row => !row.IsAvailable) is { } missing)
        {
            Assert.StartsWith($"MIXPREC_KERNEL={missing.Identity}: this machine cannot run that kernel.",
                Assert.Throws<PlatformNotSupportedException>(() => KernelTable.Named(missing.Identity)).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Each kind and width of byte product is one struct; a row names the one that its code is compiled from.</summary>
    [Fact]
    public void Rows_and_byte_products_belong_together()
    {
        var products = typeof(IByteDot<,,>).Assembly.GetTypes().Where(type => !type.IsGenericTypeDefinition)
            .Select(type => (Type: type, Contract: type.GetInterfaces()
                .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IByteDot<,,>))))
            .Where(product => product.Contract is not null)
            .Select(product => (Kind: (ByteDot)product.Type.GetProperty("Kind")!.GetValue(null)!,
                Columns: (int)product.Type.GetProperty("Columns")!.GetValue(null)!));
        Assert.Equal(
            products.Order(),
            ByteKernels.Family.Rows.Concat(ShortKernels.Family.Rows).Where(row => !row.IsMachineCode)
                .Select(row => (row.Dot, row.RegisterColumns)).Order());
    }

    /// <summary>Checks and shows; what the page says is written by hand from what this prints.</summary>
    [Fact]
    public void The_page_lists_the_rows()
    {
        var table = new StringBuilder("| family | kernel | needs | epilogue | why it stands here |\n|---|---|---|---|---|\n");
        foreach (var family in KernelTable.Families)
        {
            string name = $"`{family.Name}`: {family.Computes}";
            foreach (var row in family.Rows)
            {
                string needs = row.Needs == Exactness.Any ? "" : row.Needs.ToString();
                table.Append(CultureInfo.InvariantCulture,
                    $"| {name} | `{row.Identity}` | {needs} | {(row.HasWidestEpilogue ? "widest" : "own")} | {row.Reason} |\n");
                name = "";
            }
        }

        string page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "kernels.md")).ReplaceLineEndings("\n");
        Assert.True(page.Contains(table.ToString(), StringComparison.Ordinal), $"docs/kernels.md should have this table:\n{table}");
    }

    [GeneratedRegex(@"^[a-z]+(_([a-z]+\d+)+)+_((?<rows>\d+)x)?(?<columns>\d+)_(?<set>[a-z][a-z0-9]+)(?<code>_code)?$")]
    private static partial Regex Identity();

    private static string[] Names(KernelRow row) =>
        row.Set == InstructionSet.Vector128 ? ["vector128", "ssse3"] : [row.Set.ToString().ToLowerInvariant()];
}
