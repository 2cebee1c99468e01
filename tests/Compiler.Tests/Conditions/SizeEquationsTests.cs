using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Conditions;

/// <summary>What follows from equations, against trying sizes one after another.</summary>
public sealed class SizeEquationsTests
{
    private static readonly IntExpr H = IntExpr.Symbol("h"), W = IntExpr.Symbol("w"), N = IntExpr.Symbol("n");

    public static TheoryData<string[]> Periodic => new(
        ["2 * floordiv(h, 2) = h"],
        ["2 * floordiv(h + 1, 2) = h"],
        ["2 * floordiv(h, 16) = floordiv(h, 8)"],
        ["2 * floordiv(h + 31, 32) = floordiv(h + 15, 16)", "2 * floordiv(h + 15, 16) = floordiv(h + 7, 8)"],
        ["2 * floordiv(h, 8) = floordiv(h, 4)", "2 * floordiv(h, 4) = floordiv(h, 2)", "2 * floordiv(h, 2) = h"],
        ["3 * floordiv(h + 1, 3) = h + 1"],
        ["2 * floordiv(h, 2) + 1 = h"],
        ["3 * floordiv(h, 3) = h", "2 * floordiv(h, 2) = h"],
        ["floordiv(h, 3) = 4"],
        ["floordiv(h + 1, 3) = floordiv(h, 3)"]);

    [Theory]
    [MemberData(nameof(Periodic))]
    public void UnitsAreExactlyTheSizesThatFit(string[] equations)
    {
        var pairs = equations.Select(Pair).ToArray();
        var solved = SizeEquations.Solve(["h"], pairs);
        bool Fits(long h) => pairs.All(p => At(p.Left, h) == At(p.Right, h));
        if (solved.UnitOf("h") is { } unit)
        {
            var condition = unit.Condition;
            for (long h = 1; h < 200; h++)
            {
                Assert.Equal(Fits(h), At(condition.Left, h) == At(condition.Right, h));
                if (!Fits(h))
                {
                    continue;
                }

                // In units, what has to be equal is one expression; back in the dimension every size has its value.
                var values = DimensionValues.Solve([(unit.Of("u", "r"), h)]);
                foreach (var (left, right) in pairs)
                {
                    var inUnits = left.Substitute(new Dictionary<string, IntExpr> { ["h"] = unit.Of("u", "r") });
                    Assert.Equal(inUnits, right.Substitute(new Dictionary<string, IntExpr> { ["h"] = unit.Of("u", "r") }));
                    Assert.Equal(At(left, h), inUnits.Evaluate(new Dictionary<string, long>(values) { ["h"] = h }));
                    Assert.Equal(At(left, h), At(unit.InDimension(inUnits, "u", "r"), h));
                }
            }
        }
        else
        {
            Assert.Null(solved.EqualOf("h"));
            Assert.Contains("floordiv(h, 3) = 4", equations);
        }
    }

    [Fact]
    public void AMultipleKeepsItsNaturalForms()
    {
        var unit = SizeEquations.Solve(["h"], [Pair("32 * floordiv(h, 32) = h")]).UnitOf("h")!;
        Assert.Equal((32, 0, 0), (unit.Modulus, unit.Low, unit.Rest));
        var inUnits = unit.Of("u", "r");
        Assert.Equal(H, unit.InDimension(inUnits, "u", "r"));
        Assert.Equal(IntExpr.FloorDiv(H, 4), unit.InDimension(IntExpr.FloorDiv(inUnits, 4), "u", "r"));
        Assert.Equal(H * H, unit.InDimension(inUnits * inUnits, "u", "r"));
        Assert.Equal(32, new PlanRequirement(unit.Condition.Left, unit.Condition.Right).Multiple);
    }

    [Fact]
    public void LaterDimensionsAreExpressedByEarlierOnes()
    {
        var solved = SizeEquations.Solve(["n", "h", "w"], [(N, H), (W, H + N), (IntExpr.FloorDiv(W, 2) * 2, W)]);
        Assert.Equal(N, solved.EqualOf("h"));
        Assert.Equal(N * 2, solved.EqualOf("w"));
        Assert.Null(solved.UnitOf("w"));
        Assert.Equal(4, SizeEquations.Solve(["n"], [(N, 4)]).EqualOf("n"));
    }

    [Fact]
    public void ADimensionIsNotExpressedByWhatMayBeNone()
    {
        var solved = SizeEquations.Solve(["n", "h", "w"], [(N, H + W)]);
        Assert.Equal(H + W, solved.EqualOf("n"));
    }

    [Theory]
    [InlineData("h + 1 = h")]
    [InlineData("2 * h + 1 = 2 * floordiv(w, 2)")]
    [InlineData("2 * h = h")]
    [InlineData("floordiv(h, 2) = h")]
    [InlineData("2 * floordiv(h, 2) = 2 * floordiv(h, 4) + 1")]
    [InlineData("h = 0")]
    public void WhatIsNeverEqualIsSeen(string equation)
    {
        var (left, right) = Pair(equation);
        bool never = SizeEquations.AreNeverEqual(left, right);
        Assert.Equal(equation != "2 * h + 1 = 2 * floordiv(w, 2)", never);
    }

    [Fact]
    public void ConditionsThatExcludeEachOtherAreRefused() =>
        Assert.Throws<ShapeException>(() =>
        SizeEquations.Solve(["h"], [Pair("2 * floordiv(h, 2) = h"), Pair("2 * floordiv(h, 2) + 1 = h")]));

    private static (IntExpr Left, IntExpr Right) Pair(string equation) =>
        (IntExprParser.Parse(equation.Split(" = ")[0]), IntExprParser.Parse(equation.Split(" = ")[1]));

    private static long At(IntExpr size, long h) => size.Evaluate(new Dictionary<string, long> { ["h"] = h });
}
