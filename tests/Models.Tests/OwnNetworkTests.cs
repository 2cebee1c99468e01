using MixPrec.Compiler;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using TorchSharp;
using Xunit;

namespace MixPrec.Models.Tests;

/// <summary>
/// Two trained networks that every clone has: the sample's convolutional one, which the repository carries, and a recurrent one, which is
/// trained here on the sample's images. Both emitted in fp32 against ONNX Runtime and TorchSharp, and planned.
/// </summary>
public sealed class OwnNetworkTests
{
    private const int Images = 64, Hidden = 48, Rows = 28;

    /// <summary>How many of the samples the recurrent network learns from; the others are its test.</summary>
    private static int Training(int samples) => samples * 3 / 4;

    private static string Sample(string file) => Path.Combine(RepositoryFolder.Root, "samples", "DigitClassifier", file);

    [Fact]
    public void TheSampleAgreesWithItsReferencesAndIsPlanned() => Check(Sample("models/digits.onnx"), least: 0.9);

    [Fact]
    public void ARecurrentNetworkAgreesWithItsReferencesAndIsPlanned()
    {
        NativeDependency.Torch.Require();
        using var model = TrainedRecurrentNetwork();
        Check(model.Save(), least: 0.4);
    }

    private static void Check(string path, double least)
    {
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(path, DimensionBindings.None).Graph);
        var samples = SampleSetReader.Read(Sample("data/calibration.npz"), graph, null);
        var test = samples.Slice(Training(samples.Count), samples.Count - Training(samples.Count));
        var inputs = Batch.Split(graph, test, Images).First().Inputs;
        using var emitted = CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net")));
        float[] actual = emitted.Run(inputs)[0].Span<float>().ToArray();
        using var reference = new OnnxRuntimeReference(path);
        AssertClose(reference.Run(inputs)[0]!, actual);
        AssertClose(new TorchExecutor(graph).Outputs(inputs)[0].Span<float>().ToArray(), actual);

        // Trained: the labels are met far more often than by chance.
        Assert.InRange(Accuracy(graph, emitted, test), least, 1);
        string folder = Directory.CreateTempSubdirectory("mixprec-own-").FullName;
        try
        {
            var options = new CompilerOptions
            {
                Model = path, ClassName = "Net", CalibrationData = Sample("data/calibration.npz"), ErrorBudget = 0.02,
                    LockFile = Path.Combine(folder, "lock.json"), TimingBudget = TimeSpan.FromSeconds(1),
            };
            using var weights = new MemoryStream();
            var result = ModelCompiler.Build(options, () => weights, new Progress<BuildProgress>(), TestContext.Current.CancellationToken);
            Assert.NotNull(result.Plan);
            Assert.True(result.Plan.Info.MeasuredLossError <= 0.02);
            Assert.Equal(graph.QuantizableNodes.Select(n => n.Name).Order(StringComparer.Ordinal),
                result.Plan.Info.Layers.Select(l => l.Name).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Sums of at most some thousand products in fp32, over a dozen layers or 28 steps: 1e-4 of the largest output.</summary>
    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double allowed = 1e-4 * expected.Max(MathF.Abs);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, allowed));
    }

    private static double Accuracy(Graph graph, CompiledModel model, SampleSet samples)
    {
        int right = 0, done = 0;
        foreach (var batch in Batch.Split(graph, samples, Images))
        {
            var logits = model.Run(batch.Inputs)[0].Span<float>();
            for (int i = 0; i < batch.Samples.Count; i++)
            {
                right += logits.Slice(i * 10, 10).IndexOf(logits.Slice(i * 10, 10).ToArray().Max())
                    == batch.Samples.Labels!.Span<long>()[i] ? 1 : 0;
                done++;
            }
        }

        return (double)right / done;
    }

    /// <summary>The rows of an image, one after another, through an LSTM; its last state through a linear layer.</summary>
    private static TinyModel TrainedRecurrentNetwork()
    {
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(Sample("models/digits.onnx"), DimensionBindings.None).Graph);
        var samples = SampleSetReader.Read(Sample("data/calibration.npz"), graph, null);
        var all = Batch.Split(graph, samples, samples.Count).First();
        torch.random.manual_seed(1);
        using var scope = torch.NewDisposeScope();
        var images = torch.tensor(all.Inputs[0].Span<float>().ToArray(), new long[] { samples.Count, Rows, Rows });
        var labels = torch.tensor(all.Samples.Labels!.Span<long>().ToArray());
        var lstm = torch.nn.LSTM(Rows, Hidden, batchFirst: true);
        var head = torch.nn.Linear(Hidden, 10);
        using var optimizer = torch.optim.Adam(lstm.parameters().Concat(head.parameters()), 0.01);
        for (int epoch = 0; epoch < 30; epoch++)
        {
            for (long first = 0; first + 32 <= Training(samples.Count); first += 32)
            {
                using var step = torch.NewDisposeScope();
                var (_, last, _) = lstm.call(images.narrow(0, first, 32));
                var loss = torch.nn.functional.cross_entropy(head.call(last[0]), labels.narrow(0, first, 32));
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }

        var state = lstm.state_dict();
        return new TinyModel()
            .Input("image", "batch", 1, Rows, Rows).Integers("rows", 0, Rows, Rows).Integers("first", 0)
            .Initializer("W", Gates(state["weight_ih_l0"], Rows)).Initializer("R", Gates(state["weight_hh_l0"], Hidden))
            .Initializer("B", Tensor.Create([.. Gates(state["bias_ih_l0"], 1).Span<float>(), .. Gates(state["bias_hh_l0"], 1).Span<float>()], 1,
                8 * Hidden))
            .Initializer("head.weight", Tensor.Create(head.weight.data<float>().ToArray(), 10, Hidden))
                .Initializer("head.bias", Tensor.Create(head.bias!.data<float>().ToArray(), 10))
            .Node("sequences = Reshape image rows").Node("steps = Transpose sequences", TinyModel.Attribute("perm", 1, 0, 2))
            .Node("_ last = LSTM steps W R B", TinyModel.Attribute("hidden_size", Hidden)).Node("state = Squeeze last first")
            .Node("logits = Gemm state head.weight head.bias", TinyModel.Attribute("transB", 1)).Output("logits");
    }

    /// <summary>TorchSharp keeps input, forget, cell and output gate in this order, ONNX input, output, forget and cell.</summary>
    private static Tensor Gates(torch.Tensor weights, int columns)
    {
        float[] of = weights.data<float>().ToArray();
        int gate = Hidden * columns;
        return Tensor.Create([.. new[] { 0, 3, 1, 2 }.SelectMany(g => of[(g * gate)..((g + 1) * gate)])], 1, 4 * Hidden, columns);
    }
}
