using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class PairwiseCouplingTests
{
    /// <summary>Probabilities of pairs that come from probabilities of classes give those back, up to where the iteration stops.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Pairs_of_one_distribution_give_it_back(int classes)
    {
        var random = new Random(classes);
        float[] p = [.. Enumerable.Range(0, classes).Select(_ => (float)random.NextDouble() + 0.1f)];
        float sum = p.Sum();
        p = [.. p.Select(v => v / sum)];
        float[] pairs = [.. Enumerable.Range(0, classes).SelectMany(i =>
            Enumerable.Range(i + 1, classes - i - 1).Select(j => p[i] / (p[i] + p[j])))];
        using var x = GuardedBuffer<float>.From([.. pairs, .. pairs]);
        using var y = new GuardedBuffer<float>(2 * classes);
        using var scratch = new GuardedBuffer<float>(classes * (classes + 1));
        PairwiseCoupling.Run(x.Pointer, y.Pointer, scratch.Pointer, 2, classes);
        for (int i = 0; i < 2 * classes; i++)
        {
            Assert.Equal(p[i % classes], y.Span[i], 0.02);
        }

        Assert.Equal(2, y.Span.ToArray().Sum(), 1e-5);
    }
}
