using MixPrec.Compiler.Conditioning;
using MixPrec.Experiments.Emulation;
using Xunit;

namespace MixPrec.Experiments.Tests;

public sealed class NumeratorsTests
{
    [Fact]
    public void NumeratorsAreSumsOfMagnitudesAndTheirBound()
    {
        var random = new Random(6);
        float Next() => (float)(random.NextDouble() - 0.5);
        int rows = 3, depth = 13, channels = PackedColumns.Width + 3;
        float[] x = [.. Enumerable.Range(0, rows * depth).Select(_ => Next())],
            w = [.. Enumerable.Range(0, depth * channels).Select(_ => Next())], b = [.. Enumerable.Range(0, channels).Select(_ => Next())];
        var weights = PackedColumns.Pack(depth, channels, (k, c) => w[(k * channels) + c]);
        float[] exact = Numerators.Compute(Numerator.Exact, x, weights, b)!, norms = Numerators.Compute(Numerator.RowNorm, x, weights, b)!;
        Assert.Null(Numerators.Compute(Numerator.Dropped, x, weights, b));
        for (int i = 0; i < exact.Length; i++)
        {
            int row = i / channels, channel = i % channels;
            double sum = Enumerable.Range(0, depth).Sum(k => Math.Abs((double)x[(row * depth) + k] * w[(k * channels) + channel]))
                + Math.Abs(b[channel]);
            // depth + 1 additions and products in fp32.
            Assert.Equal(sum, exact[i], sum * (depth + 2) * Math.ScaleB(1, -24));
            Assert.True(norms[i] >= exact[i]);
        }
    }
}
