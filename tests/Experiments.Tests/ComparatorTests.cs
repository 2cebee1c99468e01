using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Experiments.Comparators;
using Xunit;

namespace MixPrec.Experiments.Tests;

public sealed class ComparatorTests
{
    /// <summary>
    /// The mean of (xW − t)² over N outputs has 2xₖ²/N in its Hessian's diagonal and, for inputs that are 0 in all places but one, nothing
    /// beside it: a product with signs gives the trace exactly.
    /// </summary>
    [Fact]
    public void TheTraceOfAQuadraticLossIsExact()
    {
        using var model = new TinyModel().Input("x", "batch", 2).Initializer("w", Tensor.Create([0.3f, -0.7f, 0.11f, 1], 2, 2))
            .Node("y = MatMul x w").Output("y");
        var graph = model.Graph();
        var samples = new SampleSet(new Dictionary<string, Tensor> { ["x"] = Tensor.Create([3f, 0, 0, 5], 2, 2) }, null,
            Tensor.Create([1f, 2, 3, 4], 2, 2), 2);
        using var executor = new TorchExecutor(graph);
        double price = new HessianTrace(executor, graph, LossKind.Mse).Prices([.. Batch.Split(graph, samples, 2)], RangeTable.Empty,
            PrecisionConfig.BF16, 2)[graph.QuantizableNodes.Single().Name];

        // Each of the four weights has 2 · x² / 2 for one of the two samples.
        double mean = (9 + 9 + 25 + 25) / 2.0 / 4, change = new[] { 0.3f, -0.7f, 0.11f, 1 }.Sum(w => Math.Pow(w - Rounded(w), 2));
        Assert.Equal(mean * change, price, 1e-5 * mean * change);
    }

    /// <summary>Ten layers, of which half has to leave fp32: the search finds the five that err least, and keeps the time.</summary>
    [Fact]
    public void TheSearchFindsTheCheapestHalf()
    {
        double[] errors = [5, 1, 9, 2, 8, 3, 7, 4, 10, 6];
        (double, double)[] times = [.. errors.Select(_ => (2.0, 1.0))];
        var asked = new List<bool[]>();
        var search = new EvolutionarySearch(times, 15, (choice, _) =>
        {
            asked.Add([.. choice]);
            return choice.Zip(errors, (bytes, error) => bytes ? error : 0).Sum();
        }, new(20, 256));
        bool[] found = search.Run(new Random(1));
        Assert.Equal([0, 1, 3, 5, 7], found.Index().Where(l => l.Item).Select(l => l.Index));
        Assert.All(asked, choice => Assert.Equal(5, choice.Count(bytes => bytes)));
    }

    /// <summary>What few samples praise does not replace the parent unless it is better on many.</summary>
    [Fact]
    public void TheParentStaysWhereNothingIsBetterOnManySamples()
    {
        bool[] start = [true, false, false, false];
        var search = new EvolutionarySearch([(2, 1), (2, 1), (2, 1), (2, 1)], 7,
            (choice, samples) => choice[0] == (samples < 100) ? 1 : 0, new(5, 256));
        Assert.Equal(start, search.Run(new Random(2), start));
    }

    /// <summary>To the nearest bf16, ties to even.</summary>
    private static float Rounded(float number)
    {
        uint bits = BitConverter.SingleToUInt32Bits(number);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
}
