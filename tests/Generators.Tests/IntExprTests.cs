using MixPrec.Plan;
using Xunit;

namespace MixPrec.Generators.Tests;

public sealed class IntExprTests
{
    private static readonly IntExpr N = IntExpr.Symbol("n"), M = IntExpr.Symbol("m");

    [Fact]
    public void MultiplesLeaveADivision()
    {
        Assert.Equal(N * 128, IntExpr.RoundUp(N * 128, 64));
        Assert.Equal((M * 2) + IntExpr.CeilDiv(N * 3, 64), IntExpr.CeilDiv((M * 128) + (N * 3), 64));
        Assert.Equal(N + IntExpr.FloorDiv(M, N), IntExpr.FloorDiv((N * N) + M, N));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(64, 5)]
    [InlineData(1000, 999)]
    public void SimplifiedDivisionsHaveTheSameValue(long n, long m)
    {
        var symbols = new Dictionary<string, long> { ["n"] = n, ["m"] = m };
        for (long constant = -200; constant < 200; constant += 7)
        {
            long value = (128 * m) + (3 * n) + constant;
            Assert.Equal((long)Math.Floor(value / 64.0), IntExpr.FloorDiv((M * 128) + (N * 3) + constant, 64).Evaluate(symbols));
        }
    }

    [Fact]
    public void RepeatedExtremesKeepEachOperandOnce()
    {
        IntExpr[] sizes = [N * 5, M * 7, N * M, (N * 3) + (M * 2), IntExpr.FloorDiv(N, 3)];
        var largest = sizes[0];
        for (int i = 0; i < 200; i++)
        {
            largest = IntExpr.Max(IntExpr.Max(largest, sizes[i % sizes.Length]), sizes[i * 3 % sizes.Length]);
        }

        // A third of n is never above 5 n.
        Assert.Equal("max(5 * n, max(7 * m, max(2 * m + 3 * n, m * n)))".Length, largest.ToString().Length);
        Assert.Equal(sizes.Max(s => s.Evaluate(new Dictionary<string, long> { ["n"] = 10, ["m"] = 9 })),
            largest.Evaluate(new Dictionary<string, long> { ["n"] = 10, ["m"] = 9 }));
    }

    [Fact]
    public void ExtremesDoNotDependOnTheOrderOfTheirOperands()
    {
        Assert.Equal(IntExpr.Max(IntExpr.Max(N, M), N * M), IntExpr.Max(M, IntExpr.Max(N, N * M)));
        Assert.Equal(IntExpr.Min(IntExpr.Min(N, 7), M), IntExpr.Min(7, IntExpr.Min(M, N)));
        Assert.Equal(IntExpr.Min(N, 7), IntExpr.Min(IntExpr.Min(N, 7), 9));
    }
}
