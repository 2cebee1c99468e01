using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Plan;
using TorchSharp;
using Xunit;

namespace MixPrec.Compiler.Tests.Losses;

/// <summary>The managed losses against values worked out by hand, and the losses with gradients against the managed ones.</summary>
public sealed class LossFunctionTests
{
    private static readonly float[] Logits = [1, 2, 0.5f, -1, 0, 3];

    [Fact]
    public void CrossEntropyIsTheNegativeLogarithmOfTheProbability()
    {
        var losses = PerSample(LossKind.CrossEntropy, Classifier(null), Samples([1, 0]));
        Assert.Equal(Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(0.5)) - 2, losses[0], 6);
        Assert.Equal(Math.Log(Math.Exp(-1) + Math.Exp(0) + Math.Exp(3)) + 1, losses[1], 6);
    }

    [Fact]
    public void PseudoLabelsAreTheLargestOutputsOfTheFloatNetwork()
    {
        Assert.Equal(PerSample(LossKind.CrossEntropy, Classifier(null), Samples([1, 2])),
            PerSample(LossKind.PseudoLabel, Classifier(null), Samples(null)));
    }

    [Fact]
    public void ProbabilitiesAreNotNormalisedAgain()
    {
        var y = Tensor.Create([0.25f, 0.5f, 0.25f, 0.125f, 0.125f, 0.75f], 2, 3);
        var losses = LossFunction.PerSample(LossKind.CrossEntropy, Classifier(logarithm: false), [y], Samples([1, 0]), [y]);
        Assert.Equal(Math.Log(2), losses[0], 6);
        Assert.Equal(Math.Log(8), losses[1], 6);
    }

    [Fact]
    public void LabelsOfPositionsAreAveraged()
    {
        var graph = Sequence();
        var y = Tensor.Create([1, 2, 0.5f, -1, 0, 3, 1, 1, 1, 0, 0, 5], 2, 2, 3);
        var samples = new SampleSet(new Dictionary<string, Tensor>(), Tensor.Create([1, 0, 2, 2], 2, 2), null, 2);
        var losses = LossFunction.PerSample(LossKind.CrossEntropy, graph, [y], samples, [y]);
        double first = Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(0.5)) - 2,
            second = Math.Log(Math.Exp(-1) + Math.Exp(0) + Math.Exp(3)) + 1;
        Assert.Equal((first + second) / 2, losses[0], 6);
        Assert.Equal((Math.Log(3) + Math.Log(2 + Math.Exp(5)) - 5) / 2, losses[1], 6);
        AssertSameWithGradients(LossKind.CrossEntropy, graph, y, samples);
    }

    [Fact]
    public void TheNextTokenIsTheLabelOfEveryPositionButTheLast()
    {
        var y = Tensor.Create([1, 2, 0.5f, -1, 0, 3, 9, 9, 9, 1, 1, 1, 0, 0, 5, 7, 8, 9], 2, 3, 3);
        var samples = Tokens([2, 1, 0, 0, 1, 2]);
        var losses = LossFunction.PerSample(LossKind.NextToken, LanguageModel(), [y], samples, [y]);
        double first = Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(0.5)) - 2,
            second = Math.Log(Math.Exp(-1) + Math.Exp(0) + Math.Exp(3)) + 1;
        Assert.Equal((first + second) / 2, losses[0], 6);
        Assert.Equal((Math.Log(3) + Math.Log(2 + Math.Exp(5)) - 5) / 2, losses[1], 6);
        AssertSameWithGradients(LossKind.NextToken, LanguageModel(), y, samples);
    }

    [Fact]
    public void GivenLabelsCountAtEveryPosition()
    {
        var y = Tensor.Create([1, 2, 0.5f, -1, 0, 3, 1, 1, 1, 0, 0, 5], 2, 2, 3);
        var samples = new SampleSet(new Dictionary<string, Tensor>(), Tensor.Create([1, 0, 2, 2], 2, 2), null, 2);
        Assert.Equal(LossFunction.PerSample(LossKind.CrossEntropy, Sequence(), [y], samples, [y]),
            LossFunction.PerSample(LossKind.NextToken, Sequence(), [y], samples, [y]));
        AssertSameWithGradients(LossKind.NextToken, Sequence(), y, samples);
    }

    [Fact]
    public void NextTokensNeedTokensThatAreClasses()
    {
        var y = Tensor.Create(new float[18], 2, 3, 3);
        Assert.Equal("MXP1009", Assert.Throws<MixPrecException>(() =>
            LossFunction.PerSample(LossKind.NextToken, LanguageModel(), [y], Tokens([2, 1, 0, 0, 3, 2]), [y])).Description.Id);
        Assert.Equal("MXP1002", Assert.Throws<MixPrecException>(() =>
            PerSample(LossKind.NextToken, Classifier(null), Samples(null))).Description.Id);
    }

    [Fact]
    public void LabelsThatFitNoRowsAreRefused()
    {
        var y = Tensor.Create(new float[12], 2, 2, 3);
        var samples = new SampleSet(new Dictionary<string, Tensor>(), Tensor.Create(new long[6], 2, 3), null, 2);
        Assert.Equal("MXP1002", Assert.Throws<MixPrecException>(() =>
            LossFunction.PerSample(LossKind.CrossEntropy, Sequence(), [y], samples, [y])).Description.Id);
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.PseudoLabel)]
    [InlineData(LossKind.Mse)]
    [InlineData(LossKind.Output)]
    internal void LossesWithGradientsAreTheSame(LossKind kind) =>
        AssertSameWithGradients(kind, Classifier(null), Tensor.Create(Logits, 2, 3), Samples([1, 0]));

    [Fact]
    public void SlicesSeeTheSignsOfTheWhole()
    {
        var (graph, whole) = (Classifier(null), Samples(null));
        var all = PerSample(LossKind.Output, graph, whole);
        var last = Tensor.Create(Logits.AsSpan(3), 1, 3);
        Assert.Equal(all[1], LossFunction.PerSample(LossKind.Output, graph, [last], whole.Slice(1, 1), [last])[0]);
    }

    [Fact]
    public void TargetsOfAnotherLengthAreRefused()
    {
        var samples = new SampleSet(new Dictionary<string, Tensor>(), null, Tensor.Create(new float[8], 2, 4), 2);
        var error = Assert.Throws<MixPrecException>(() => PerSample(LossKind.Mse, Classifier(null), samples));
        Assert.Equal("MXP1013", error.Description.Id);
        Assert.Contains("'targets' hold 4 numbers a sample, the output 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RowsThatAreNoSamplesAreRefused()
    {
        var y = Tensor.Create(new float[3], 3);
        Assert.Equal("MXP1013", Assert.Throws<MixPrecException>(() =>
            LossFunction.PerSample(LossKind.Output, Classifier(null), [y], Samples(null), [y])).Description.Id);
    }

    private static void AssertSameWithGradients(LossKind kind, Graph graph, Tensor y, SampleSet samples)
    {
        using var scope = torch.NewDisposeScope();
        float[] actual = TorchLoss.PerSample(kind, graph, torch.tensor(y.Span<float>().ToArray(), y.Shape), samples).data<float>()
            .ToArray();
        var expected = LossFunction.PerSample(kind, graph, [y], samples, [y]);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    private static double[] PerSample(LossKind kind, Graph graph, SampleSet samples)
    {
        var y = Tensor.Create(Logits, 2, 3);
        return LossFunction.PerSample(kind, graph, [y], samples, [y]);
    }

    private static SampleSet Samples(long[]? labels) =>
        new(new Dictionary<string, Tensor>(), labels is null ? null : Tensor.Create(labels, 2),
            Tensor.Create([1f, 1f, 1f, 0f, 0f, 0f], 2, 3), 2);

    private static Graph Classifier(bool? logarithm)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [IntExpr.Symbol("batch"), 3]));
        var y = logarithm is { } log ? builder.Add("p", new Softmax(1, log), x)
            : builder.Add("r", new Unary(new UnaryFunction(UnaryKind.Relu)), x);
        return builder.Build([y], [new SymbolicDimension("batch", "batch")]);
    }

    private static SampleSet Tokens(long[] tokens) =>
        new(new Dictionary<string, Tensor> { ["ids"] = Tensor.Create(tokens, 2, 3) }, null, null, 2);

    private static Graph LanguageModel()
    {
        var builder = new GraphBuilder();
        var ids = builder.AddInput("ids", new TensorType(ElementType.I64, [IntExpr.Symbol("batch"), 3]));
        return builder.Build([builder.Add("y", new Gather(0), GraphBuilder.Constant("table", new float[9], 3, 3), ids)],
            [new SymbolicDimension("batch", "batch")]);
    }

    private static Graph Sequence()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [IntExpr.Symbol("batch"), 2, 3]));
        return builder.Build([builder.Add("r", new Unary(new UnaryFunction(UnaryKind.Relu)), x)],
            [new SymbolicDimension("batch", "batch")]);
    }
}
