using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>
/// A byte has no code for NaN: without the check it becomes a number, with it the run throws; on finite inputs both give the same bits.
/// </summary>
public sealed class FiniteCheckTests
{
    private const int Width = 12;

    /// <param name="inside">Whether NaN comes about behind the first layer, as √ of a negative number, instead of in the input.</param>
    [Theory]
    [InlineData(float.NaN, false)]
    [InlineData(float.PositiveInfinity, false)]
    [InlineData(-1f, true)]
    public void WhatIsNotFiniteThrows(float bad, bool inside)
    {
        var random = new Random(2);
        using var file = new TinyModel().Input("x", "batch", Width).Initializer("w", Positive(random)).Initializer("v", Positive(random));
        file.Node("a = MatMul x w").Node($"b = {(inside ? "Sqrt" : "Sigmoid")} a").Node("y = MatMul b v").Output("y");
        var graph = GraphRewrites.Apply(file.Graph());
        var assignment = new PrecisionAssignment(graph.QuantizableNodes.ToDictionary(n => n.Name, _ => PrecisionConfig.I8));
        var ranges = new RangeTable(graph.QuantizableNodes.ToDictionary(n => n.Name, _ => new ActivationRange(-2, 4)),
            new Dictionary<string, ActivationRange>());
        using var plain = CompiledModel.Compile(Lowerer.Lower(graph, assignment, ranges, new LoweringOptions("Plain")));
        using var guarded = CompiledModel.Compile(Lowerer.Lower(graph, assignment, ranges,
            new LoweringOptions("Checked") { CheckFinite = true }));
        Assert.DoesNotContain(plain.Plan.Steps, s => s.Method == "Finite.Require");
        Assert.Equal(2, guarded.Plan.Steps.Count(s => s.Method == "Finite.Require"));

        var good = Tensor.Create([.. Enumerable.Range(0, 2 * Width).Select(_ => (float)random.NextDouble())], 2, Width);
        Assert.Equal(plain.Run([good])[0].Span<float>().ToArray(), guarded.Run([good])[0].Span<float>().ToArray());

        float[] x = good.Span<float>().ToArray();
        for (int i = 5; i < (inside ? Width : 6); i++)
        {
            x[i] = bad;
        }

        Assert.All(plain.Run([Tensor.Create(x, 2, Width)])[0].Span<float>().ToArray(), y => Assert.True(float.IsFinite(y)));
        var error = Assert.Throws<MixPrecException>(() => guarded.Run([Tensor.Create(x, 2, Width)]));
        Assert.Contains(inside ? "A layer in int8 reads NaN (element 0 of 24)" : $"A layer in int8 reads {bad} (element 5 of 24)",
            error.Message, StringComparison.Ordinal);
    }

    private static Tensor Positive(Random random) =>
        Tensor.Create([.. Enumerable.Range(0, Width * Width).Select(_ => 0.1f + (float)random.NextDouble())], Width, Width);
}
