using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Experiments.Accumulation;
using MixPrec.Experiments.Emulation;
using TorchSharp;
using Xunit;

namespace MixPrec.Experiments.Tests;

/// <summary>
/// An attention of two samples and three heads as a small graph, against scalar loops over samples, heads, queries and keys.
/// </summary>
public sealed class EmulatedAttentionTests : IDisposable
{
    private const int Batch = 2, Heads = 3, Queries = 5, Depth = 9, Keys = 7, Exponent = -2;
    private const float Scale = 0.75f;
    private const double Tolerance = 0.4;
    private static readonly Accumulator Low = new(FloatFormat.E4M3Ieee), High = new(FloatFormat.F16);
    private readonly TinyModel _model;
    private readonly Graph _graph;
    private readonly Batch _batch;
    private readonly float[] _q, _k, _mask;

    public EmulatedAttentionTests()
    {
        var random = new Random(21);
        Tensor Numbers(params long[] shape) =>
            Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (float)((random.NextDouble() * 3) - 1.5))], shape);
        Tensor q = Numbers(Batch, Heads, Queries, Depth), k = Numbers(Batch, Heads, Depth, Keys);
        _mask = [.. Enumerable.Range(0, Queries * Keys).Select(i => i % Keys > (i / Keys) + 1 ? -1e9f : 0)];
        _model = new TinyModel().Input("q", "batch", Heads, Queries, Depth).Input("k", "batch", Heads, Depth, Keys)
            .Initializer("scale", Tensor.Create([Scale], 1)).Initializer("mask", Tensor.Create(_mask, Queries, Keys))
            .Node("s = MatMul q k").Node("t = Mul scale s").Node("u = Add t mask").Node("p = Softmax u").Output("p");
        _graph = _model.Graph();
        _batch = Compiler.Data.Batch.Split(_graph,
            new SampleSet(new Dictionary<string, Tensor> { ["q"] = q, ["k"] = k }, null, null, Batch), Batch).First();
        (_q, _k) = (q.Span<float>().ToArray(), k.Span<float>().ToArray());
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void ScoresAreThoseOfTheScalarDefinitionBitForBit()
    {
        var mixed = Mixed();
        float[] actual = Network().Run(_batch, mixed.Run).Span<float>().ToArray();
        var (scores, flags) = Expected();
        Assert.Contains(true, flags);
        Assert.Contains(false, flags);
        Assert.Equal(flags, mixed.Flags.OrderBy(f => f.Key.Group).SelectMany(f => f.Value));
        Assert.All(flags.Where((_, i) => _mask[i % _mask.Length] != 0), Assert.False);
        Assert.Equal(SoftmaxOf(scores), actual);
    }

    /// <summary>As many components of each head as in the mixed scheme, none of them masked; masked scores are no work.</summary>
    [Fact]
    public void ShareAndControlLeaveMaskedScoresOut()
    {
        var mixed = Mixed();
        var random = new Scheme.Random(mixed);
        Network().Run(_batch, mixed.Run);
        float[] actual = Network().Run(_batch, Layerwise).Span<float>().ToArray();
        int flagged = Expected().Flags.Count(f => f), read = Batch * Heads * _mask.Count(m => m == 0);
        Assert.Equal((double)flagged / read, mixed.HighShare);
        Assert.Equal(mixed.HighShare, random.HighShare);
        Assert.Equal(0.5 + mixed.HighShare, mixed.Cost);
        Assert.NotEqual(SoftmaxOf(Expected().Scores), actual);

        float[]? Layerwise(EmulatedLayer layer, int group, Products products)
        {
            // The flags of the mixed scheme belong to its own network's layers.
            mixed.Flags[(layer, group)] = mixed.Flags.First(f => f.Key.Group == group).Value;
            float[] values = random.Run(layer, group, products)!;
            Assert.All(Enumerable.Range(0, values.Length).Where(i => _mask[i] != 0), i => Assert.Equal(products.All(Low)[i], values[i]));
            return values;
        }
    }

    [Fact]
    public void ZerosOfAMaskedProbabilityAreNoWork()
    {
        using var model = new TinyModel().Input("p", 1, 2, 3).Input("v", 1, 3, 2).Node("y = MatMul p v").Output("y");
        var graph = model.Graph();
        var product = new ActivationProduct(graph, graph.Nodes[0], 0)
            .Multiply(torch.tensor([1f, 0, 0, 0.25f, 0.75f, 0], [1, 2, 3]), torch.ones(1, 3, 2))[0];
        Assert.Equal([1, 1, 2, 2], Enumerable.Range(0, 4).Select(product.Work));
    }

    private static Scheme.Mixed Mixed() => new(_ => new MixedAccumulation(Low, High, new RecomputeRule(Tolerance, Numerator.Exact)));

    private EmulatedNetwork Network() => new(_graph, new TorchExecutor(_graph), _graph.QuantizableNodes, _ => Exponent);

    private float[] SoftmaxOf(float[] scores)
    {
        using var scope = torch.NewDisposeScope();
        var arguments = (torch.tensor(scores, [Batch, Heads, Queries, Keys]) * Scale) + torch.tensor(_mask, [Queries, Keys]);
        return torch.nn.functional.softmax(arguments, 3).ToTensor().Span<float>().ToArray();
    }

    private (float[] Scores, bool[] Flags) Expected()
    {
        var scores = new List<float>();
        var flags = new List<bool>();
        float unit = MathF.ScaleB(1, -Exponent);
        for (int head = 0; head < Batch * Heads; head++)
        {
            float[] q = _q[(head * Queries * Depth)..((head + 1) * Queries * Depth)],
                k = [.. _k[(head * Depth * Keys)..((head + 1) * Depth * Keys)].Select(w => w / unit)];
            float[] low = EmulatedProductTests.Definition(Low, q, k, new float[Keys], Depth),
                high = EmulatedProductTests.Definition(High, q, k, new float[Keys], Depth);
            for (int i = 0; i < low.Length; i++)
            {
                int row = i / Keys, column = i % Keys;
                double sum = Enumerable.Range(row * Keys, Keys).Sum(j => Math.Exp((Scale * unit * low[j]) + _mask[j]));
                double probability = Math.Exp((Scale * unit * low[i]) + _mask[i]) / sum;
                double magnitudes = unit * Enumerable.Range(0, Depth)
                    .Sum(d => Math.Abs((double)q[(row * Depth) + d] * k[(d * Keys) + column]));
                flags.Add(2 * probability * (1 - probability) * Scale * magnitudes > Tolerance);
                scores.Add(unit * (flags[^1] ? high[i] : low[i]));
            }
        }

        return ([.. scores], [.. flags]);
    }
}
