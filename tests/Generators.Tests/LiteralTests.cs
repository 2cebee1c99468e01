using System.Globalization;
using MixPrec.Emit;
using Xunit;

namespace MixPrec.Generators.Tests;

public sealed class LiteralTests
{
    [Fact]
    public void SinglesReadBackExactly()
    {
        var random = new Random(1);
        float[] values = [0f, -0f, 1f, 0.1f, 1f / 3, float.MaxValue, float.MinValue, float.Epsilon, 16777217,
            .. Enumerable.Range(0, 20_000).Select(_ => BitConverter.Int32BitsToSingle(random.Next() ^ (random.Next() << 1)))];
        foreach (float value in values.Where(float.IsFinite))
        {
            string text = Literals.Single(value);
            Assert.EndsWith("f", text);
            Assert.Equal(BitConverter.SingleToInt32Bits(value),
                BitConverter.SingleToInt32Bits(float.Parse(text[..^1], CultureInfo.InvariantCulture)));
        }

        Assert.Equal("0.1f", Literals.Single(0.1f));
        Assert.Equal("global::System.Single.NaN", Literals.Single(float.NaN));
        Assert.Equal("global::System.Single.NegativeInfinity", Literals.Single(float.NegativeInfinity));
    }

    [Fact]
    public void DoublesReadBackExactly()
    {
        var random = new Random(2);
        foreach (double value in Enumerable.Range(0, 20_000).Select(_ =>
            BitConverter.Int64BitsToDouble(random.NextInt64() ^ (random.NextInt64() << 1))).Where(double.IsFinite))
        {
            Assert.Equal(value, double.Parse(Literals.Measured(value)[..^1], CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void WhatWasNotMeasuredIsNull() =>
        Assert.All(new double?[] { null, double.NaN, double.PositiveInfinity, double.NegativeInfinity }, value =>
            Assert.Equal("null", Literals.Measured(value)));

    [Fact]
    public void TextIsAsciiAndEscaped() => Assert.Equal("\"a\\\"\\\\\\u000a\\u2028\\u00e4\"", Literals.Text("a\"\\\n\u2028ä"));

    [Fact]
    public void CommentsAreOneLine()
    {
        Assert.Equal("a b c d?e", Literals.Comment("a\nb\u2028c\u0085d\u202ee\0"));
        Assert.Equal("&lt;/summary&gt;&amp;", Literals.Documentation("</summary>&"));
        Assert.True(Literals.Comment(new string('x', 10_000)).Length < 310);
    }
}
