using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

public sealed class MaskedAttentionTests
{
    private const int Queries = 3, Keys = 4, Size = 5;

    /// <summary>The first query may see no key, the second all, the third two of them.</summary>
    private static readonly bool[] Allowed = [false, false, false, false, true, true, true, true, false, true, false, true];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AQueryWithoutKeysGivesZeros(bool truths)
    {
        using var model = new TinyModel(23).Input("q", 1, 1, Queries, Size).Input("k", 1, 1, Keys, Size).Input("v", 1, 1, Keys, Size)
            .Input("m", truths ? ElementType.Bool : ElementType.F32, Queries, Keys).Node("y = Attention q k v m").Output("y");
        var random = new Random(23);
        Tensor q = EmittedModel.Random(random, 1, 1, Queries, Size), k = EmittedModel.Random(random, 1, 1, Keys, Size),
            v = EmittedModel.Random(random, 1, 1, Keys, Size);
        var mask = truths ? Tensor.Create<bool>(ElementType.Bool, Allowed, Queries, Keys)
            : Tensor.Create([.. Allowed.Select(a => a ? 0 : float.NegativeInfinity)], Queries, Keys);
        float[] y = EmittedModel.Run(model, q, k, v, mask)[0].Span<float>().ToArray();
        for (int i = 0; i < y.Length; i++)
        {
            // Five products and four exponentials of numbers below 1.
            Assert.Equal(Reference(q.Span<float>(), k.Span<float>(), v.Span<float>(), i / Size, i % Size), y[i], 1e-6);
        }

        Assert.All(y.Take(Size), element => Assert.Equal(0, element));
    }

    private static double Reference(ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, int query, int column)
    {
        double sum = 0, total = 0;
        for (int key = 0; key < Keys; key++)
        {
            double score = 0;
            for (int i = 0; i < Size; i++)
            {
                score += (double)q[(query * Size) + i] * k[(key * Size) + i];
            }

            double weight = Allowed[(query * Keys) + key] ? Math.Exp(score / Math.Sqrt(Size)) : 0;
            (sum, total) = (sum + (weight * v[(key * Size) + column]), total + weight);
        }

        return total == 0 ? 0 : sum / total;
    }
}
