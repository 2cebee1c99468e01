using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.ErrorReduction;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.ErrorReduction;

public sealed class InputGramsTests
{
    private const int Samples = 6, Depth = 3;

    /// <summary>Samples that run together and lie along another axis than the first: none can be left out.</summary>
    [Fact]
    public void SamplesAlongAnotherAxisAreAllTaken()
    {
        using var model = new TinyModel().Input("x", 2, Depth).Integers("axis", 0)
            .Initializer("w", Tensor.Create([1f, 2, 3, 4, 5, 6], Depth, 2)).Node("line = Unsqueeze x axis").Node("y = MatMul line w").Output("y");
        Assert.Equal(Gram(_ => true), Collected(model));
    }

    [Fact]
    public void OfSamplesAlongTheFirstAxisEveryOtherIsTaken()
    {
        using var model = new TinyModel().Input("x", 2, Depth)
            .Initializer("w", Tensor.Create([1f, 2, 3, 4, 5, 6], Depth, 2)).Node("y = MatMul x w").Output("y");
        Assert.Equal(Gram(InputGrams.IsFitted), Collected(model));
    }

    private static float[] Values() => [.. Enumerable.Range(0, Samples * Depth).Select(i => (float)((i * 7 % 11) - 5))];

    private static float[] Collected(TinyModel model)
    {
        var graph = model.Graph();
        var samples = new SampleSet(new Dictionary<string, Tensor> { ["x"] = Tensor.Create(Values(), Samples, Depth) }, null, null, Samples)
        {
            GroupSize = 2,
        };
        var batches = Batch.Split(graph, samples, 2);
        return Assert.Single(InputGrams.Collect(new TorchExecutor(graph), [.. graph.QuantizableNodes], batches, Samples)).Value;
    }

    /// <summary>XᵀX of some samples, by its definition.</summary>
    private static float[] Gram(Func<int, bool> isTaken)
    {
        float[] x = Values();
        return [.. from i in Enumerable.Range(0, Depth)
                   from j in Enumerable.Range(0, Depth)
                   select Enumerable.Range(0, Samples).Where(isTaken).Sum(s => x[(s * Depth) + i] * x[(s * Depth) + j])];
    }
}
