using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Graphs;

public sealed class ChangedConstantsTests
{
    /// <summary>More than pages hold, and not a whole number of them.</summary>
    private const int Elements = 10_001;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatIsKeptHasTheSameElements(bool isMapped)
    {
        using var constants = new ChangedConstants(isMapped);
        var (made, empty) = (Made(1), Tensor.Zeros(ElementType.F32, 0, 3));
        var kept = constants.Keep(made);
        Assert.Equal(isMapped, !ReferenceEquals(made, kept));
        Assert.Equal(made.Shape, kept.Shape);
        Assert.Equal(made.Span<float>(), kept.Span<float>());
        Assert.Equal(empty.Shape, constants.Keep(empty).Shape);
    }

    /// <summary>The system's own list of what is mapped.</summary>
    [Fact]
    public void PagesAreGivenBackWithWhatNobodyReads()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux lists them in a file");
        int before = Mapped();
        var constants = new ChangedConstants(isMapped: true);
        var used = constants.Keep(Made(1));
        constants.Keep(Made(2));
        Assert.Equal(before + 2, Mapped());
        constants.KeepOnly(GraphOf(used));
        Assert.Equal(before + 1, Mapped());
        Assert.Equal(Made(1).Span<float>(), used.Span<float>());
        constants.Dispose();
        Assert.Equal(before, Mapped());
    }

    private static int Mapped() => File.ReadLines("/proc/self/maps").Count(l => l.Contains(".constant", StringComparison.Ordinal));

    private static Tensor Made(int seed)
    {
        var random = new Random(seed);
        return Tensor.Create([.. Enumerable.Range(0, Elements).Select(_ => random.NextSingle())], Elements);
    }

    private static Graph GraphOf(Tensor constant)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [IntExpr.Constant(Elements)]));
        return builder.Build([builder.Add("sum", new Binary(BinaryKind.Add), x, GraphBuilder.Constant("c", constant))],
            []);
    }
}
