using System.Reflection;
using System.Text.RegularExpressions;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Report;
using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Compiler.Tests.Formats;

/// <summary>There is one list of candidates; what people and other programs read of it is held to it here.</summary>
public sealed partial class CandidateListTests
{
    private static readonly string[] s_ids = [.. PrecisionConfig.All.Select(p => p.Id)];

    public static TheoryData<string> Ids => [.. s_ids];

    /// <summary>Lock files and metadata name candidates: an id means the same in every version.</summary>
    [Fact]
    public void IdsAreStable() =>
        Assert.Equal(["f32", "bf16", "bf16a16", "f16", "i8", "i8a7", "i8-i16", "i8a7-i16", "i8a6-i16", "i8a8r", "e4m3", "e5m2", "i4g32", "i4g32a8", "i4g64",
            "i4g64a8", "i4g128", "i4g128a8",
            "mxfp4", "nvfp4", "i8a7+f32@0", "i8a7+bf16@0", "i8a7+bf16@16"], s_ids);

    [Theory]
    [MemberData(nameof(Ids))]
    public void AnIdNamesOneCandidateWithBytesAndThroughput(string id)
    {
        var precision = PrecisionConfig.Find(id.ToUpperInvariant())!;
        Assert.Equal(id, precision.Id);
        Assert.Same(precision, Assert.Single(PrecisionConfig.All, p => p == precision));
        Assert.True(precision.Nanoseconds(1000) > 0);
        Assert.True(precision.WeightBytes(8, 800) > 0);
        Assert.NotEqual("p-other", PrecisionColours.Class(id));
        Assert.Contains($".chip.{PrecisionColours.Class(id)} ", PrecisionColours.Css, StringComparison.Ordinal);
    }

    /// <summary>fp32 leads: it is what every layer falls back to, and what a configuration is priced against.</summary>
    [Fact]
    public void Fp32IsFirstAndHasAKernelForEveryFamily()
    {
        Assert.Equal(PrecisionConfig.F32, PrecisionConfig.All[0]);
        Assert.All(Enum.GetValues<ProductFamily>(), family => Assert.NotNull(PrecisionConfig.F32.RuntimeMethod(family)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void RuntimeMethodsAreThoseOfTheRuntime(string id)
    {
        var precision = PrecisionConfig.Find(id)!;
        int known = 0;
        foreach (var family in Enum.GetValues<ProductFamily>())
        {
            if (precision.RuntimeMethod(family) is not { } name)
            {
                continue;
            }

            known++;
            if (family == ProductFamily.Recurrence)
            {
                Assert.NotNull(typeof(Gemm).Assembly.GetType($"{typeof(Gemm).Namespace}.{name}"));
            }
            else
            {
                var type = family switch { ProductFamily.Gemm => typeof(Gemm), ProductFamily.Activations => typeof(MatMul), _ =>
                    typeof(Conv) };
                Assert.Contains(type.GetMethods(BindingFlags.Public | BindingFlags.Static), m => m.Name == name);
            }
        }

        Assert.True(known > 0, $"no kernel computes {id}");
    }

    [Fact]
    public void ASecondPassReadsColumnsThatItsFormatPacks()
    {
        var matrix = Compiler.Formats.Packing.WeightMatrix.FromMatMul(Compiler.Graphs.Tensor.Create([1, 2, 3, 4], 2, 2));
        Assert.All(PrecisionConfig.All.Where(p => p.Second is not null), p => Assert.NotNull(p.Second!.High.Storage.PackColumns(matrix)));
    }

    [Fact]
    public void ReadmeListsThemInOrder()
    {
        string row = Assert.Single(File.ReadLines(Path.Combine(RepositoryFolder.Root, "README.md")), line =>
            line.StartsWith("| `Precisions` |", StringComparison.Ordinal));
        string listed = string.Join(", ", s_ids.Select(id => $"`{id}`"));
        Assert.True(row.Contains($"candidates: {listed} |", StringComparison.Ordinal), $"README.md has to list {listed}");
    }

    [Fact]
    public void TheUserGuideHasARowForEach()
    {
        string guide = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "user-guide.md"));
        string section = guide[guide.IndexOf("\n## Candidates", StringComparison.Ordinal)..];
        var rows = section.Split('\n').SkipWhile(line => !line.StartsWith("|---", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => line.StartsWith('|'));
        Assert.Equal(s_ids, rows.SelectMany(row => Code().Matches(row.Split('|')[1]).Select(m => m.Groups[1].Value)));
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
