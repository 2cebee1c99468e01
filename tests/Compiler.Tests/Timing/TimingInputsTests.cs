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
        var samples = new SampleSet(new Dictionary<string, Tensor> { ["tokens"] = Tensor.Of([7L, 8, 9, 1, 2, 3], 2, 3) }, null, null, 2);
        var part = graph.Extract([product.Producer!]);

        var whole = TimingInputs.Record(graph, samples, graph.Inputs).For(graph, Layout.RowMajor);
        var inner = TimingInputs.Record(graph, samples, part.Inputs).For(part, Layout.RowMajor);

        Assert.Equal([7L, 8, 9], whole[0][0].Span<long>().ToArray());
        Assert.Equal([1f, 2, 3], inner[1][0].Span<float>().ToArray());
    }
}
