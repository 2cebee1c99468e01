using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>Sizes of two names that a model adds element by element are checked by each run, not when the model is built.</summary>
public sealed class RequirementTests
{
    private static readonly LoweredModel Sum = Lower(new TinyModel(14).Input("a", "left", 2).Input("b", "right", 2).Node("y = Add a b")
        .Output("y"));

    [Fact]
    public void EqualSizesRun()
    {
        using var model = CompiledModel.Compile(Sum);
        var y = Assert.Single(model.Run([Tensor.Create([1f, 2, 3, 4], 2, 2), Tensor.Create([10f, 20, 30, 40], 2, 2)]));
        Assert.Equal([11f, 22, 33, 44], y.Span<float>().ToArray());
    }

    [Fact]
    public void OtherSizesAreRefusedWithBothAndTheNextRunIsRight()
    {
        using var model = CompiledModel.Compile(Sum);
        Tensor two = Tensor.Create([1f, 2, 3, 4], 2, 2), three = Tensor.Create([1f, 2, 3, 4, 5, 6], 3, 2);
        string message = Assert.Throws<MixPrecException>(() => model.Run([two, three])).Message;
        Assert.Contains("right = left, but for these dimensions they are 3 and 2", message, StringComparison.Ordinal);
        Assert.Equal([2f, 4, 6, 8, 10, 12], Assert.Single(model.Run([three, three])).Span<float>().ToArray());
    }

    [Fact]
    public void ThePlanCarriesThem()
    {
        var requirement = Assert.Single(Sum.Plan.Requirements);
        Assert.Equal(["left", "right"], new[] { requirement.Left, requirement.Right }.Select(side => Assert.Single(side.Symbols)).Order());
        Assert.Equal(Sum.Plan, PlanReader.Read(PlanWriter.Write(Sum.Plan)));
    }

    [Fact]
    public void AReshapeToOtherLengthsIsRefused()
    {
        using var model = CompiledModel.Compile(Lower(new TinyModel(14).Input("a", "left", 2).Input("b", "right", 2)
            .Node("shape = Shape b").Node("c = Reshape a shape").Node("y = Relu c").Output("y")));
        Tensor two = Tensor.Create([1f, -2, 3, 4], 2, 2), three = Tensor.Create([1f, 2, 3, 4, 5, 6], 3, 2);
        Assert.Contains("3 and 2", Assert.Throws<MixPrecException>(() => model.Run([two, three])).Message, StringComparison.Ordinal);
        Assert.Equal([1f, 0, 3, 4], Assert.Single(model.Run([two, two])).Span<float>().ToArray());
    }

    private static LoweredModel Lower(TinyModel model)
    {
        using var _ = model;
        return Lowerer.Lower(GraphRewrites.Apply(model.Graph()), PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net"));
    }
}
