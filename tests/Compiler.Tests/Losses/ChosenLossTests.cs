using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Losses;

/// <summary>
/// A classifier's loss is taken only where something says that the outputs are classes: it is blind to errors of an embedding.
/// </summary>
public sealed class ChosenLossTests
{
    [Fact]
    public void TheDataChooseFirst()
    {
        Assert.Equal(LossKind.CrossEntropy, Chosen(Network(), labels: true).Kind);
        Assert.Equal(LossKind.Mse, Chosen(Network(), targets: true).Kind);
        Assert.Equal(LossKind.PseudoLabel, ChosenLoss.Choose(LossKind.PseudoLabel, false, Network(), Samples(true, false)).Kind);
    }

    [Fact]
    public void AnEmbeddingIsNoClassifier()
    {
        var loss = Chosen(Network());
        Assert.Equal(LossKind.Output, loss.Kind);
        Assert.Contains("nothing says that the first output is a score for each class", loss.Reason, StringComparison.Ordinal);
        Assert.False(loss.IsOfClasses);
    }

    [Fact]
    public void ADemandOnClassesSaysThatThereAreSome() =>
        Assert.Equal(LossKind.PseudoLabel, ChosenLoss.Choose(null, true, Network(), Samples(false, false)).Kind);

    [Fact]
    public void ASoftmaxMakesClasses() => Classes(Network((b, x) => b.Add("y", new Softmax(1, false), x)), "softmax");

    [Fact]
    public void AlsoBehindAReshapeAndALogarithm()
    {
        var graph = Network((b, x) =>
            b.Add("z", new Unary(new UnaryFunction(UnaryKind.Log)),
            b.Add("y", new Reshape([IntExpr.Symbol("batch"), 3]), b.Add("p", new Softmax(1, false), x))));
        Classes(graph, "softmax");
        Assert.Equal(OutputKind.LogProbabilities, LossFunction.LogitsOf(graph.Answer));
    }

    [Fact]
    public void AnArgmaxOfTheOutputMakesClasses()
    {
        var builder = new GraphBuilder();
        var scores = Scores(builder);
        Classes(builder.Build([scores,
            builder.Add("label", new ArgExtreme(1, true, false), builder.Add("p", new Softmax(1, false), scores))], Batch),
            "takes a softmax");
        builder = new GraphBuilder();
        scores = Scores(builder);
        Classes(builder.Build([scores, builder.Add("label", new ArgExtreme(1, true, false), scores)], Batch), "argmax");
    }

    [Theory]
    [InlineData("logits", true)]
    [InlineData("class_Probabilities:0", true)]
    [InlineData("outputLogits", true)]
    [InlineData("embedding", false)]
    [InlineData("output_probe", false)]
    [InlineData("problem", false)]
    [InlineData("", false)]
    public void TheNameIsWeakEvidence(string name, bool isClasses) =>
        Assert.Equal(isClasses ? LossKind.PseudoLabel : LossKind.Output,
            Chosen(Network((b, x) => b.Add(name, new Unary(new UnaryFunction(UnaryKind.Relu)), x))).Kind);

    [Fact]
    public void ASoftmaxInsideIsNoEvidence() =>
        Assert.Equal(LossKind.Output,
            Chosen(Network((b, x) =>
            b.Add("y", new Unary(new UnaryFunction(UnaryKind.Relu)), b.Add("attention", new Softmax(1, false), x)))).Kind);

    private static readonly SymbolicDimension[] Batch = [new("batch", "batch")];

    private static void Classes(Graph graph, string reason)
    {
        var loss = Chosen(graph);
        Assert.Equal(LossKind.PseudoLabel, loss.Kind);
        Assert.Contains(reason, loss.Reason, StringComparison.Ordinal);
    }

    private static ChosenLoss Chosen(Graph graph, bool labels = false, bool targets = false) =>
        ChosenLoss.Choose(null, false, graph, Samples(labels, targets));

    private static SampleSet Samples(bool labels, bool targets) => new(
        new Dictionary<string, Tensor>(), labels ? Tensor.Create([0L, 1], 2) : null, targets ? Tensor.Create(new float[6], 2, 3) : null, 2);

    private static Value Scores(GraphBuilder builder) =>
        builder.Add("scores", new Unary(new UnaryFunction(UnaryKind.Relu)),
            builder.AddInput("x", new TensorType(ElementType.F32, [IntExpr.Symbol("batch"), 3])));

    private static Graph Network(Func<GraphBuilder, Value, Value>? end = null)
    {
        var builder = new GraphBuilder();
        var scores = Scores(builder);
        return builder.Build([end is null ? scores : end(builder, scores)], Batch);
    }
}
