using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Lowering.WeightsFile;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Compilation;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Compiler.Tests.Options;
using Xunit;

namespace MixPrec.Compiler.Tests.Locking;

/// <summary>
/// A lock file comes from a repository and may name any precision for any layer, with a digest that fits. What a build could not
/// have chosen itself is refused; what it could have becomes a class that compiles and runs.
/// </summary>
public sealed class ForeignPrecisionTests : IDisposable
{
    private readonly TinyModel _model = Model();

    public static TheoryData<string> Precisions => [.. PrecisionConfig.All.Select(p => p.Id)];

    private CompilerOptions Options => LayerRulesTests.Options() with
    {
        Model = _model.FilePath, LockFile = Path.Combine(_model.Folder, "net.lock.json"), Mode = BuildMode.Locked, ClassName = "Net",
            Precisions = PrecisionConfig.All,
    };

    public void Dispose() => _model.Dispose();

    [Theory]
    [MemberData(nameof(Precisions))]
    public void EveryPrecisionForEveryLayerIsRefusedOrRuns(string id)
    {
        var precision = PrecisionConfig.Find(id)!;
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(_model.FilePath, DimensionBindings.None).Graph);
        Assert.Equal(Enum.GetValues<ProductFamily>(),
            graph.QuantizableNodes.Select(n => ProductFamilies.FromNode(n)!.Value).Distinct().Order());
        foreach (var node in graph.QuantizableNodes)
        {
            Lock(graph, node.Name, precision, new ActivationRange(-4, 4));
            var weights = new MemoryStream();
            var refusal = Record.Exception(() =>
            {
                var result = Build(Options, weights);
                using var model = CompiledModel.Compile(new LoweredModel(result.Plan!, new ScratchWeights(weights.ToArray())));
                Assert.All(Run(model), output => Assert.True(float.IsFinite(output)));
            });
            if (Candidates.ForNode(node).Contains(precision))
            {
                Assert.Null(refusal);
            }
            else
            {
                var error = Assert.IsType<MixPrecException>(refusal);
                Assert.Equal("MXP1101", error.Description.Id);
                Assert.Contains($"'{node.Name}' as {id}", error.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>A layer that was zero on every sample has [0, 0]; whatever it reads later becomes an end of it.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1e-45)]
    [InlineData(-3.4028235e38, 3.4028235e38)]
    public void EveryFiniteRangeAroundZeroRuns(double lowest, double highest)
    {
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(_model.FilePath, DimensionBindings.None).Graph);
        foreach (var node in graph.QuantizableNodes.Where(n => Candidates.ForNode(n).Contains(PrecisionConfig.I8)))
        {
            Lock(graph, node.Name, PrecisionConfig.I8, new ActivationRange((float)lowest, (float)highest));
            var weights = new MemoryStream();
            var result = Build(Options, weights);
            using var model = CompiledModel.Compile(new LoweredModel(result.Plan!, new ScratchWeights(weights.ToArray())));
            float[] outputs = Run(model);

            // Sums of numbers near the largest overflow, as they do in fp32.
            Assert.True(highest > 1 || !outputs.Any(float.IsNaN));
        }
    }

    [Fact]
    public void APrecisionThatTheOptionsLeaveOutIsRefused()
    {
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(_model.FilePath, DimensionBindings.None).Graph);
        string name = graph.QuantizableNodes.First().Name;
        var options = Options with { KeepFloat = [name] };
        Lock(graph, name, PrecisionConfig.I8, new ActivationRange(-4, 4), options);
        var error = Assert.Throws<MixPrecException>(() => Build(options, new MemoryStream()));
        Assert.Equal("MXP1101", error.Description.Id);
        Assert.Contains($"it has i8 for '{name}', which Precisions, KeepFloat, Pin or the model itself leave out", error.Message,
            StringComparison.Ordinal);
    }

    private static CompilationResult Build(CompilerOptions options, MemoryStream weights) =>
        ModelCompiler.Build(options, () => weights, new Stages(_ => { }), TestContext.Current.CancellationToken);

    private static float[] Run(CompiledModel model)
    {
        float[] input = [.. Enumerable.Range(0, 4 * 8 * 8).Select(i => MathF.Sin(i))];
        return [.. model.Run([Tensor.Create(input, 1, 4, 8, 8)]).SelectMany(o => o.Span<float>().ToArray())];
    }

    private void Lock(Graph graph, string name, PrecisionConfig precision, ActivationRange range, CompilerOptions? options = null)
    {
        var subject = LockSubject.FromOptions(options ?? Options, OnnxModelReader.Read(_model.FilePath, DimensionBindings.None));
        var plan = new LockedPlan(subject, "Output", "Projected",
            [.. graph.QuantizableNodes.Select(n => n.Name == name
                ? new LockedLayer(n.Name, n.Op.Kind, precision, range, 0, RhsRange: n.MultipliesActivations() ? range : null)
                : new LockedLayer(n.Name, n.Op.Kind, PrecisionConfig.F32, null, 0))],
            new LockedNumbers(0, 0, 0, 1, 1, 1, 1, "CPU"));
        File.WriteAllText(Options.LockFile, LockFileWriter.Format(new LockFile([plan])));
    }

    /// <summary>One layer of each family: three convolutions, a recurrence, a matrix, two activations.</summary>
    internal static TinyModel Model()
    {
        var random = new Random(7);
        Tensor Weights(params int[] shape) => Tensor.Create(
            [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(_ => (random.NextSingle() - 0.5f) / 2)],
            [.. shape.Select(d => (long)d)]);
        var model = new TinyModel().Input("x", 1, 4, 8, 8)
            .Initializer("wc", Weights(8, 4, 1, 1)).Initializer("wd", Weights(8, 1, 3, 3)).Initializer("wg", Weights(8, 4, 1, 1))
            .Initializer("wm", Weights(64, 16)).Initializer("wi", Weights(1, 8, 16)).Initializer("wr", Weights(1, 8, 8))
            .Integers("flat", 8, 64).Integers("sequence", 8, 1, 16)
            .Node("c = Conv x wc")
            .Node("d = Conv c wd", TinyModel.Attribute("group", 8), TinyModel.Attribute("pads", 1, 1, 1, 1))
            .Node("g = Conv d wg", TinyModel.Attribute("group", 2))
            .Node("f = Reshape g flat")
            .Node("m = MatMul f wm")
            .Node("s = Reshape m sequence")
            .Node("h _ = RNN s wi wr", TinyModel.Attribute("hidden_size", 8))
            .Node("t = Transpose m")
            .Node("q = MatMul m t")
            .Output("h").Output("q");
        model.Save();
        return model;
    }
}
