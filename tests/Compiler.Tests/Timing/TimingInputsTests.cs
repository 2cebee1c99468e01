using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Timing;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Timing;

public sealed class TimingInputsTests
{
    /// <summary>Tokens stay tokens: the executor computes floats alone.</summary>
    [Fact]
    public void InputsKeepTheirTypesAndInnerValuesAreThoseOfTheSamples()
    {
        var builder = new GraphBuilder();
        var tokens = builder.AddInput("tokens", new TensorType(ElementType.I64, [1, 3]));
        var floats = builder.Add("floats", new Cast(ElementType.F32), tokens);
        var product = builder.Add("fc", new MatMul(), floats, GraphBuilder.Constant("w", [1f, 2, 3], 3, 1));
        var graph = builder.Build([product], []);
        var samples = new SampleSet(new Dictionary<string, Tensor> { ["tokens"] = Tensor.Create([7L, 8, 9, 1, 2, 3], 2, 3) }, null, null, 2);
        var part = graph.Extract([product.Producer!]);

        var whole = TimingInputs.Record(graph, samples, graph.Inputs).For(graph, Layout.RowMajor);
        var inner = TimingInputs.Record(graph, samples, part.Inputs).For(part, Layout.RowMajor);

        Assert.Equal([7L, 8, 9], whole[0][0].Span<long>().ToArray());
        Assert.Equal([1f, 2, 3], inner[1][0].Span<float>().ToArray());
    }

    /// <summary>One sample at a time, as long as the first; a part whose values were not recorded gets numbers of the same shape.</summary>
    [Fact]
    public void OpenDimensionsAreThoseOfTheFirstSample()
    {
        var builder = new GraphBuilder();
        IntExpr batch = IntExpr.Symbol("batch"), steps = IntExpr.Symbol("steps");
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [batch, steps, 2]));
        var inner = builder.Add("inner", new Unary(new UnaryFunction(UnaryKind.Exp)), x);
        var graph = builder.Build([builder.Add("outer", new Unary(new UnaryFunction(UnaryKind.Neg)), inner)],
            [new("N", "batch"), new("T", "steps")]);
        var samples = new SampleSet(new Dictionary<string, Tensor> { ["x"] = Tensor.Create(new float[5 * 7 * 2], 5, 7, 2) }, null, null, 5);
        var part = graph.Extract([graph.Nodes[1]]);

        Assert.Equal(new Dictionary<string, long> { ["batch"] = 1, ["steps"] = 7 }, SampleSizes.Find(graph, samples));
        var whole = TimingInputs.Record(graph, samples, graph.Inputs).For(graph, Layout.RowMajor);
        Assert.Equal(5, whole.Count);
        Assert.All(whole, run => Assert.Equal([1L, 7, 2], run[0].Shape));
        Assert.Equal([1L, 7, 2], Assert.Single(TimingInputs.Record(graph, samples, []).For(part, Layout.RowMajor))[0].Shape);
    }
}
