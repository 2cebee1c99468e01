using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

public sealed class MergeTransposesTests : RewriteTests
{
    [Fact]
    public void ATransposeOfATransposeIsOne()
    {
        var first = Builder.Add("a", new Transpose([1, 2, 0]), Input(2, 3, 5));
        var graph = Build(Builder.Add("y", new Transpose([0, 2, 1]), first));
        var merged = MergeTransposes.Apply(graph);
        Assert.Equal(new Transpose([1, 0, 2]), Assert.Single(merged.Nodes).Op);
        AssertSameResult(graph, merged);
    }
}
