using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Lowering;

public sealed class SlotSizeTests
{
    /// <summary>Sizes of shared memory were once maxima of maxima, whose text doubled with every layer of a deep network.</summary>
    [Fact]
    public void SizesOfADeepNetworkStayShort()
    {
        var builder = new GraphBuilder();
        var n = IntExpr.Symbol("n");
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [n, 3, IntExpr.Symbol("h"), 5]));
        for (int i = 0; i < 60; i++)
        {
            var left = builder.Add($"left{i}", new Slice([0, 0, 0, 0], [1, 1, 2, 1], [n, 3, IntExpr.CeilDiv(x.Shape[2], 2), 5]), x);
            var right = builder.Add($"right{i}", new Unary(new UnaryFunction(UnaryKind.Sigmoid)), left);
            x = builder.Add($"join{i}", new Concat(2), left, right);
        }

        var graph = builder.Build([x], [new("n", "n"), new("h", "h")]);
        var plan = Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("Deep")).Plan;
        Assert.True(plan.Slots.Count <= 4, $"{plan.Slots.Count} slots");
    }
}
