using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

public sealed class RemoveIdentitiesTests : RewriteTests
{
    [Fact]
    public void EveryCopyDisappears()
    {
        var x = Input(2, 3);
        Op[] copies =
        [
            new Reshape([2, 3]), new Transpose([0, 1]), new Slice([0, 0], [1, 1], [2, 3]), new Pad(PadMode.Constant, [0, 0], [0, 0]),
            new Concat(1), new Expand([2, 3]), new Cast(ElementType.F32),
        ];
        var last = copies.Aggregate(x, (value, op) => Builder.Add("copy", op, value));
        var graph = RemoveIdentities.Apply(Build(Builder.Add("y", new Unary(Relu), last)));
        Assert.Same(x, Assert.Single(graph.Nodes).Input(0));
    }

    [Fact]
    public void CopyThatIsAnOutputStays() =>
        Assert.Single(RemoveIdentities.Apply(Build(Builder.Add("y", new Reshape([2, 3]), Input(2, 3)))).Nodes);

    [Fact]
    public void MovesStay()
    {
        var reversed = Builder.Add("reversed", new Slice([1, 0], [-1, 1], [2, 3]), Input(2, 3));
        var transposed = Builder.Add("transposed", new Transpose([1, 0]), reversed);
        Assert.Equal(3, RemoveIdentities.Apply(Build(Builder.Add("y", new Unary(Relu), transposed))).Nodes.Count);
    }

    [Fact]
    public void ReshapesInARowAreOne()
    {
        var graph = Build(Builder.Add("y", new Reshape([3, 2]), Builder.Add("flat", new Reshape([6]), Input(2, 3))));
        var rewritten = RemoveIdentities.Apply(graph);
        Assert.Single(rewritten.Nodes);
        AssertSameResult(graph, rewritten);
    }

    [Fact]
    public void ReshapeThereAndBackDisappears()
    {
        var x = Input(2, 3);
        var back = Builder.Add("back", new Reshape([2, 3]), Builder.Add("flat", new Reshape([6]), x));
        Assert.Same(x, Assert.Single(RemoveIdentities.Apply(Build(Builder.Add("y", new Unary(Relu), back))).Nodes).Input(0));
    }

    [Fact]
    public void AllRewritesTogetherLeaveOneLayer()
    {
        var conv = Builder.Add("conv", Conv3x3(), Input(1, 2, 4, 4), Weights("w", 3, 2, 3, 3));
        var scaled = Builder.Add("scaled", new Binary(BinaryKind.Mul), Builder.Add("copy", new Reshape([1, 3, 4, 4]), conv),
            Weights("factor", 3, 1, 1));
        var shifted = Builder.Add("shifted", new Binary(BinaryKind.Add), scaled, Weights("offset", 3, 1, 1));
        var graph = Build(Builder.Add("y", new Unary(Relu), shifted));
        var rewritten = GraphRewrites.Apply(graph);
        Assert.Equal("conv", Assert.Single(rewritten.Nodes).Name);
        AssertSameResult(graph, rewritten);
    }
}
