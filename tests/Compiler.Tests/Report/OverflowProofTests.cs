using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Report;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Report;

/// <summary>The bounds are recomputed here from the largest byte of each side.</summary>
public sealed class OverflowProofTests
{
    [Theory]
    [InlineData(784, 255, "a sum of 784 products of at most 255 × 127 is at most 25,389,840, 1.2 % of what 32 bits hold")]
    [InlineData(1, 127, "a sum of 1 product of at most 127 × 127 is at most 16,129, less than 0.1 % of what 32 bits hold")]
    [InlineData(40_000, 255, "a sum of 40,000 products of at most 255 × 127 is at most 1,295,400,000, more than 32 bits hold; "
        + "what the magnitudes of each column's own weights add up to stays below half of it")]
    public void ProductsOfBytesHaveALargestSum(int depth, int activation, string words)
    {
        Assert.Contains(FormattableString.Invariant($"{(long)depth * activation * 127:N0}"), words, StringComparison.Ordinal);
        Assert.Equal(words, OverflowProof.For(Product(depth), activation == 255 ? PrecisionConfig.I8 : PrecisionConfig.I8A7, ""));
    }

    [Fact]
    public void SumsIn16BitsHaveTheProofOfTheirStep() => Assert.StartsWith("sums of 4 groups of four stay in [-9, 11] of 16 bits, ",
        OverflowProof.For(Product(8), PrecisionConfig.I8I16, "Gemm; sums of 4 groups of four stay in [-9, 11] of 16 bits; mean error"),
        StringComparison.Ordinal);

    /// <summary>A step without the words has fallen back to 32 bits.</summary>
    [Fact]
    public void WithoutThemTheyAreIn32Bits() => Assert.Contains("32 bits hold", OverflowProof.For(Product(8), PrecisionConfig.I8I16, "Gemm"),
        StringComparison.Ordinal);

    [Fact]
    public void FloatsHaveNone()
    {
        Assert.Equal("", OverflowProof.For(Product(8), PrecisionConfig.F32, ""));
        Assert.Equal("", OverflowProof.For(Product(8), PrecisionConfig.BF16, ""));
        Assert.NotEqual("", OverflowProof.For(Product(8), PrecisionConfig.I8A7BF16, ""));
    }

    private static Node Product(int depth)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [IntExpr.One, IntExpr.Constant(depth)]));
        builder.Add("fc", new MatMul(), x, GraphBuilder.Constant("w", new float[depth], depth, 1));
        return builder.Nodes[^1];
    }
}
