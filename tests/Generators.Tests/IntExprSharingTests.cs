using MixPrec.Plan;
using Xunit;

namespace MixPrec.Generators.Tests;

/// <summary>Expressions against their values: random ones, and such as reach one part along very many ways.</summary>
public sealed class IntExprSharingTests
{
    private static readonly IntExpr N = IntExpr.Symbol("n"), M = IntExpr.Symbol("m");

    [Fact]
    public void RandomExpressionsHaveTheValueOfTheirParts()
    {
        var random = new Random(11);
        for (int i = 0; i < 3000; i++)
        {
            var (expression, value) = Random(random, depth: 4);
            var again = IntExprParser.Parse(expression.ToString());
            Assert.Equal(expression, again);
            Assert.Equal(expression.ToString(), again.ToString());
            foreach (var (n, m) in new[] { (1L, 1L), (2, 5), (7, 3), (64, 1), (33, 100) })
            {
                var symbols = new Dictionary<string, long> { ["n"] = n, ["m"] = m };
                Assert.Equal(value(n, m), expression.Evaluate(symbols));
                Assert.InRange(value(n, m), expression.Low, expression.High);
                Assert.Equal(value(n, m), expression.Substitute(new Dictionary<string, IntExpr> { ["n"] = n }).Evaluate(symbols));
            }
        }
    }

    /// <summary>The order in which plans have always had the terms: that of the text.</summary>
    [Fact]
    public void TermsStandInTheOrderOfTheirText()
    {
        var random = new Random(12);
        int compared = 0;
        for (int i = 0; i < 3000; i++)
        {
            IntExpr[] operands = [.. Enumerable.Range(0, 3).Select(_ => IntExpr.FloorDiv(Random(random, depth: 3).Expression, N + M))];
            var single = operands.Distinct().Where(o => o.ToString().StartsWith("floordiv(", StringComparison.Ordinal)
                && !o.ToString().Contains(") + ", StringComparison.Ordinal)).ToArray();
            string[] sorted = [.. single.Select(s => s.ToString()).Order(StringComparer.Ordinal)];
            if (sorted.Length > 0 && sorted.All(s => s.Split("floordiv(").Length == 2))
            {
                compared++;
                Assert.Equal(string.Join(" + ", sorted), IntExpr.Sum(single).ToString());
            }
        }

        Assert.InRange(compared, 100, int.MaxValue);
    }

    [Fact]
    public void WaysToOneSizeAreEqual()
    {
        Assert.Equal(IntExpr.FloorDiv(N, 6), IntExpr.FloorDiv(IntExpr.FloorDiv(N, 3), 2));
        Assert.Equal(IntExpr.CeilDiv(N, 4), IntExpr.CeilDiv(IntExpr.CeilDiv(N, 2), 2));
        Assert.Equal(IntExpr.CeilDiv(N, 2), IntExpr.FloorDiv(N - 1, 2) + 1);
        Assert.Equal(IntExpr.FloorDiv(N, 4), IntExpr.FloorDiv(N * 2, 8));
        Assert.Equal((N * 2) + IntExpr.FloorDiv(N, 2), IntExpr.FloorDiv(N * 5, 2));
    }

    [Fact]
    public void BoundedSymbolsLeaveDivisions()
    {
        var (units, rest) = (IntExpr.Within("units", 0, long.MaxValue), IntExpr.Within("rest", -7, 0));
        Assert.Equal(units * 2, IntExpr.CeilDiv((units * 16) + rest, 8));
        Assert.Equal(units * 4, IntExpr.CeilDiv((units * 32) + rest, 8));
        Assert.Equal((units * 16) + rest, IntExprParser.Parse(((units * 16) + rest).ToString()));
    }

    /// <summary>Each step reads the one before twice, so that the text of the last would have 2⁶⁰ parts.</summary>
    [Fact]
    public void PartsThatAreReadTwiceAreThereOnce()
    {
        IntExpr first = Doubled(60), second = Doubled(60);
        Assert.Equal(first, second);
        Assert.Equal(IntExpr.Zero, first - second);
        Assert.NotEqual(first, Doubled(59));
        Assert.Equal(["m", "n"], first.Symbols);
        Assert.Equal(first, IntExpr.Max(first, second));
        Assert.Equal(first.Evaluate(new Dictionary<string, long> { ["n"] = 9, ["m"] = 4 }),
            first.Substitute(new Dictionary<string, IntExpr> { ["m"] = 4 }).Evaluate(new Dictionary<string, long> { ["n"] = 9 }));

        var shared = IntExpr.SharedParts.Collect([first]);
        var parts = new List<IntExpr>();
        for (int i = 0; i < shared.Parts.Count; i++)
        {
            Assert.InRange(shared.Text(i).Length, 1, 200);
            parts.Add(IntExprParser.Parse(shared.Text(i), parts));
        }

        Assert.Equal(first, IntExprParser.Parse(first.ToText(shared), parts));
        Assert.InRange(first.ToString().Length, 1, 200);

        static IntExpr Doubled(int steps)
        {
            var size = N;
            for (int i = 0; i < steps; i++)
            {
                size = i % 2 == 0 ? IntExpr.Max(IntExpr.FloorDiv(size, M), size * 3) : IntExpr.FloorDiv((size * 3) + M, size + 2);
            }

            return size;
        }
    }

    [Fact]
    public void ExpressionsThatGrowWithoutEndAreRefused()
    {
        Assert.Throws<IntExprSizeException>(() => Enumerable.Range(0, 150).Aggregate(N, (size, i) => IntExpr.FloorDiv((size * 2) + i, M)));
        Assert.Throws<IntExprSizeException>(() => Enumerable.Range(0, 12)
            .Aggregate(N + M + IntExpr.FloorDiv(N, 2) + IntExpr.FloorDiv(N, 3), (size, _) => size * size));
        Assert.Throws<IntExprSizeException>(() => IntExpr.Product(Enumerable.Repeat(N, 100)));
    }

    [Theory]
    [InlineData("floordiv(n, 0)")]
    [InlineData("9223372036854775807 * 2")]
    [InlineData("9223372036854775808")]
    [InlineData("$0")]
    [InlineData("$")]
    [InlineData("within(n, 3, 1)")]
    [InlineData("within(n, 1)")]
    [InlineData("n *")]
    public void WhatIsNoExpressionIsRefused(string text) => Assert.Throws<FormatException>(() => IntExprParser.Parse(text));

    [Fact]
    public void TextThatIsTooLongOrTooDeepIsRefused()
    {
        Assert.Throws<FormatException>(() => IntExprParser.Parse(string.Join(" + ", Enumerable.Range(0, 50_000).Select(i => "a" + i))));
        Assert.Throws<FormatException>(() => IntExprParser.Parse(new string('(', 10_000) + "n" + new string(')', 10_000)));
        Assert.Throws<FormatException>(() => IntExprParser.Parse(string.Join(" * ", Enumerable.Repeat("(a + b + c)", 60))));
    }

    /// <summary>An expression, and its value computed beside it.</summary>
    private static (IntExpr Expression, Func<long, long, long> Value) Random(Random random, int depth)
    {
        if (depth == 0 || random.Next(5) == 0)
        {
            long constant = random.Next(-20, 20);
            return random.Next(3) switch { 0 => (constant, (_, _) => constant), 1 => (N, (n, _) => n), _ => (M, (_, m) => m) };
        }

        var (a, left) = Random(random, depth - 1);
        var (b, right) = Random(random, depth - 1);
        long divisor = random.Next(1, 9);
        return random.Next(6) switch
        {
            0 => (a + b, (n, m) => left(n, m) + right(n, m)),
            1 => (a - b, (n, m) => left(n, m) - right(n, m)),
            2 => (a * b, (n, m) => left(n, m) * right(n, m)),
            3 => (IntExpr.Max(a, b), (n, m) => Math.Max(left(n, m), right(n, m))),
            4 => (IntExpr.Min(a, b), (n, m) => Math.Min(left(n, m), right(n, m))),
            _ => (IntExpr.FloorDiv(a, divisor), (n, m) => (long)Math.Floor(left(n, m) / (double)divisor)),
        };
    }
}
