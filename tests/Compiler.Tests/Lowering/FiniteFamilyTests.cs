using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Locking;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Emit;
using Xunit;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>
/// One layer of each family in int8 behind others in fp32: where the fp32 network's outputs are NaN or infinite, the checked class throws;
/// it never does on inputs that stay finite. The class says the rule.
/// </summary>
public sealed class FiniteFamilyTests : IDisposable
{
    private readonly TinyModel _model = ForeignPrecisionTests.Model();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void EveryFamilyThrows(float bad)
    {
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(_model.FilePath, DimensionBindings.None).Graph);
        float[] good = [.. Enumerable.Range(0, 4 * 8 * 8).Select(i => MathF.Sin(i))], spoiled = [.. good];
        spoiled[17] = bad;
        int tried = 0;
        foreach (var node in graph.QuantizableNodes.Where(n => Candidates.ForNode(n).Contains(PrecisionConfig.I8)))
        {
            var ranges = new RangeTable(new Dictionary<string, ActivationRange> { [node.Name] = new(-4, 4) },
                new Dictionary<string, ActivationRange> { [node.Name] = new(-4, 4) });
            var assignment = new PrecisionAssignment(new Dictionary<string, PrecisionConfig> { [node.Name] = PrecisionConfig.I8 });
            using var model = CompiledModel.Compile(Lowerer.Lower(graph, assignment, ranges,
                new LoweringOptions("Checked") { CheckFinite = true }));
            Assert.All(model.Run([Tensor.Create(good, 1, 4, 8, 8)]).SelectMany(o => o.Span<float>().ToArray()),
                y => Assert.True(float.IsFinite(y)));
            var error = Assert.Throws<MixPrecException>(() => model.Run([Tensor.Create(spoiled, 1, 4, 8, 8)]));
            Assert.Contains("A layer in int8 reads", error.Message, StringComparison.Ordinal);
            Assert.Contains("NotFiniteNumberException", ModelEmitter.Emit(model.Plan), StringComparison.Ordinal);
            tried++;
        }

        Assert.InRange(tried, 5, int.MaxValue);
    }

    [Fact]
    public void AnOutputThatNoSpanHoldsIsRefusedBeforeThereIsAPlan()
    {
        using var model = new TinyModel().Input("x", 1, 32768, 32768).Node("y = NonZero x").Output("y");
        var graph = GraphRewrites.Apply(model.Graph());
        var error = Assert.Throws<MixPrecException>(() => Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net"), Stream.Null));
        Assert.Equal("MXP1085", error.Description.Id);
        Assert.Contains("'y' may have 3221225472 elements", error.Message, StringComparison.Ordinal);
    }
}
