using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Data;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Calibration;

/// <summary>
/// Samples of a model with past and present from token sequences alone: what the second half gives behind the past is what it gives in the
/// whole sequence.
/// </summary>
public sealed class SplitSequencesTests : IDisposable
{
    private const int Samples = 4, Tokens = 6, Width = 4, Classes = 5;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"tokens-{Guid.NewGuid():N}.npz");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("batch", "batch")]
    [InlineData(1, 1)]
    public void ThePastIsWhatTheFirstHalfLeaves(object batch, object pastBatch)
    {
        using var model = Decoder(batch, pastBatch);
        var graph = GraphRewrites.Apply(model.Graph());
        var options = Options(model);
        var split = SplitSequences.Create(options, graph, Read(options, graph));
        Assert.Equal([Samples, 3L], split.Samples.Inputs["ids"].Shape);
        Assert.Equal([Samples, 3L, Width], split.Samples.Inputs["past_k"].Shape);
        Assert.Equal([Samples, 3L], split.Samples.Labels!.Shape);
        Assert.Equal(Samples, split.Before.Count);

        var executor = new TorchExecutor(graph);
        for (int r = 0; r < Samples; r++)
        {
            var ids = Tensor.Create(Ids().AsSpan(r * Tokens, Tokens), 1, Tokens);
            var whole = executor.Outputs([ids, Tensor.Zeros(ElementType.F32, 1, 0, Width)])[0].Span<float>()[(3 * Classes)..].ToArray();
            var half = executor.Outputs(Batch.Split(graph, split.Samples, 1).ElementAt(r).Inputs)[0].Span<float>().ToArray();
            Assert.Equal(whole, half, (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    [Fact]
    public void TheWholeCompilationNeedsTokensAlone()
    {
        using var model = Decoder("batch", "batch");
        Read(Options(model), GraphRewrites.Apply(model.Graph()));
        var options = Options(model) with { CalibrationData = _path, Objective = Objective.Memory, ErrorBudget = 0.5 };
        Assert.NotNull(ModelCompiler.Build(options, () => new MemoryStream(), Compilation.Stages.Unheard,
            TestContext.Current.CancellationToken).Plan);
    }

    [Fact]
    public void GivenPastsAreTaken()
    {
        using var model = Decoder("batch", "batch");
        var (options, graph) = (Options(model), GraphRewrites.Apply(model.Graph()));
        float[] past = [.. Enumerable.Range(0, Samples * 2 * Width).Select(i => i * 0.1f)];
        File.WriteAllBytes(_path, new NpzFile().Add("ids", "<i8", Ids(), Samples, Tokens).Add("past_k", "<f4", past, Samples, 2, Width)
            .Bytes());
        var split = SplitSequences.Create(options, graph, SampleSetReader.Read(_path, graph, null, DataInputs.FromOptions(options, graph)));
        Assert.Empty(split.Before);
        Assert.Equal(past, split.Samples.Inputs["past_k"].Span<float>().ToArray());
    }

    private static CompilerOptions Options(TinyModel model) => new()
    {
        Model = model.Save(), ClassName = "Decoder", LockFile = Path.Combine(model.Folder, "lock.json"),
            Cache = CacheBindings.Parse("past_*=present_*"), Loss = LossKind.NextToken,
    };

    private static long[] Ids() => [.. Enumerable.Range(0, Samples * Tokens).Select(i => (long)(i * 7 % Classes))];

    private SampleSet Read(CompilerOptions options, Graph graph)
    {
        File.WriteAllBytes(_path, new NpzFile().Add("ids", "<i8", Ids(), Samples, Tokens).Add("labels", "<i8", Ids(), Samples, Tokens)
            .Bytes());
        return SampleSetReader.Read(_path, graph, null, DataInputs.FromOptions(options, graph));
    }

    /// <summary>
    /// Scores of each token's embedding plus the mean of all embeddings up to the end: behind the past it is another number than without,
    /// so that a past of the wrong half shows. Every token sees the whole of past and present, and so the last three of six see what three
    /// behind a past of three see.
    /// </summary>
    private static TinyModel Decoder(object batch, object pastBatch)
    {
        var random = new Random(5);
        return new TinyModel().Input("ids", ElementType.I64, batch, "S").Input("past_k", pastBatch, "P", Width)
            .Initializer("table", EmittedModel.Random(random, Classes, Width)).Initializer("w", EmittedModel.Random(random, Width, Classes))
            .Node("k = Gather table ids").Node("present_k = Concat past_k k", TinyModel.Attribute("axis", 1L))
            .Node("mean = ReduceMean present_k", TinyModel.Attribute("axes", [1L]), TinyModel.Attribute("keepdims", 1L))
                .Node("sum = Add k mean")
            .Node("y = MatMul sum w").Output("y").Output("present_k");
    }
}
